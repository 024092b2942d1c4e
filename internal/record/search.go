package record

// CapacityKind is the kind of a load that is searched for: its cells are trials of
// Run.Searches, each with a rate of its own.
const CapacityKind = "capacity"

// Search is one capacity search: subject × load × trial, as it went.
type Search struct {
	Subject string       `json:"subject"`
	Load    string       `json:"load"`
	Trial   int          `json:"trial"` // from 1
	Status  string       `json:"status"`
	Error   string       `json:"error,omitempty"` // why it was not carried out, in words
	Steps   []SearchStep `json:"steps,omitempty"` // in order
	// Outcome is what the search ended with: a status of package capacity. What it
	// found so far, where it was interrupted.
	Outcome string  `json:"outcome,omitempty"`
	Holds   float64 `json:"holds,omitempty"` // highest rate known to hold, req/s; 0: none
	Fails   float64 `json:"fails,omitempty"` // lowest rate above it known to fail; 0: none
	Words   string  `json:"words,omitempty"`
}

// SearchStep is one trial of a search.
type SearchStep struct {
	Cell    int     `json:"cell"` // index
	Rate    float64 `json:"rate"` // offered, req/s
	Phase   string  `json:"phase"`
	Verdict string  `json:"verdict"` // holds | fails | invalid
	Why     string  `json:"why,omitempty"`
}
