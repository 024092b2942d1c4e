package record

// Migrate asks what each row would need, and cost, to serve given rates: the
// figures are extrapolated from what the run measured, and the extrapolation is
// tested on cells of the same run.
type Migrate struct {
	Rates       []float64 `json:"rates"`       // to be served, in notifications per second, rising
	Utilisation float64   `json:"utilisation"` // share of a core, and of the workers, that a plan may use
	Price       Price     `json:"price"`
	// Loads are those whose cells the costs are taken from. Of several, the cost at a
	// rate between theirs is interpolated.
	Loads   []string     `json:"loads"`
	Predict []Prediction `json:"predict,omitempty"`
}

// Price is what capacity costs.
type Price struct {
	Currency string  `json:"currency"`
	VCPUHour float64 `json:"vcpu_hour"` // of one vCPU for an hour
	GBHour   float64 `json:"gb_hour"`   // of 10⁹ bytes of memory for an hour
	Source   string  `json:"source,omitempty"`
}

// Prediction is a measured case that is predicted from others: the row Row under
// Load from what the row From cost under the loads At.
type Prediction struct {
	Row  string   `json:"row"`
	Load string   `json:"load"`
	From string   `json:"from"`
	At   []string `json:"at"`
}
