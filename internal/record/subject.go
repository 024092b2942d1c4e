package record

import "slices"

// Subject is one row: a server with its settings.
type Subject struct {
	ID          string            `json:"id"` // unique in the run: "pool workers=4"
	Server      string            `json:"server"`
	Summary     string            `json:"summary,omitempty"`
	Language    string            `json:"language,omitempty"`
	Path        string            `json:"path,omitempty"` // of its requests, where the row has one of its own
	Processes   int               `json:"processes"`
	Fanout      string            `json:"fanout,omitempty"`      // sequential | concurrent; empty: not known
	AtOnce      int               `json:"at_once,omitempty"`     // calls that a request makes at once, at most; 0: no limit is known
	Settings    map[string]string `json:"settings,omitempty"`    // as resolved, defaults included
	Environment map[string]string `json:"environment,omitempty"` // what the process was given
	Binary      string            `json:"binary,omitempty"`      // SHA-256 of what was run
	Own         bool              `json:"own_binary,omitempty"`  // what was run was built for this server: no interpreter that others run too
	Loads       []string          `json:"loads,omitempty"`       // under which it is measured; none: all
	Missing     string            `json:"missing,omitempty"`     // "not installed: <command>": its cells are not run
	BuildError  string            `json:"build_error,omitempty"`
}

// Measures says whether the subject is measured under a load.
func (s *Subject) Measures(load string) bool {
	return len(s.Loads) == 0 || slices.Contains(s.Loads, load)
}
