package record

// Claim is one statement of a document, the configuration it was made of, and how a
// run settles it. It is part of the scenario; the verdict is computed from the record.
type Claim struct {
	ID       string `json:"id"`
	Document string `json:"document"`          // title of the article
	Section  string `json:"section,omitempty"` // of it
	Stated   string `json:"stated"`            // what it says, in our words, figures kept
	// Unmeasured is why it cannot be measured here at all; then there is no Row.
	Unmeasured string `json:"unmeasured,omitempty"`
	Point             // the configuration as stated
	Metric     string `json:"metric,omitempty"` // ID of package metric
	Judge      Judge  `json:"judge,omitzero"`
	// Instead are configurations in which it may come out, where not as stated.
	Instead []Point `json:"instead,omitempty"`
	// Go are the Go rows of the same model, under the same load as Point.
	Go      []string `json:"go,omitempty"`
	Expect  string   `json:"expect"`            // the verdict known
	Because string   `json:"because,omitempty"` // why it comes out as expected, in words
	Core    bool     `json:"core,omitempty"`    // of the short list
	// Solve says what is varied to find where the stated value comes out; nil: nothing.
	Solve *Solve `json:"solve,omitempty"`
}

// Solve is a number that is searched for: the lowest at which Row, under the claim's
// load, reaches the stated value.
type Solve struct {
	Row  string `json:"row"`           // Subject.ID
	Load string `json:"load"`          // Load.Name
	Set  string `json:"set,omitempty"` // setting of Row; empty: the connections of the load
	From int    `json:"from"`          // lowest to be tried
	To   int    `json:"to"`            // highest
}

// Point is a row under a load.
type Point struct {
	Row  string `json:"row,omitempty"`  // Subject.ID
	Load string `json:"load,omitempty"` // Load.Name
	// To is what Row is compared with at this point, under the same load; empty: with the
	// claim's own.
	To string `json:"to,omitempty"`
}

// Kinds of a Judge.
const (
	JudgeValue   = "value"    // the metric is Value, within Tolerance
	JudgeAtLeast = "at_least" // it is Value or more
	JudgeAtMost  = "at_most"  // it is Value or less
	JudgeRatio   = "ratio"    // it is Value times that of the row To, within Tolerance
	JudgeFactor  = "factor"   // it is at least Value times that of the row To
	JudgeOrder   = "order"    // Order lists rows from best to worst, each told apart from the next
	JudgeGrowth  = "growth"   // over the loads Over it grows in proportion to their size, within Tolerance
)

// UnitNumber is the Unit of a Value that was written as a plain number.
const UnitNumber = "number"

// Judge says how a measured metric settles a claim.
type Judge struct {
	Kind      string   `json:"kind"`
	Value     float64  `json:"value,omitempty"`     // in the metric's base unit; of a ratio: the factor
	Tolerance float64  `json:"tolerance,omitempty"` // share of Value
	Unit      string   `json:"unit,omitempty"`      // what Value was written in: a unit of package metric, UnitNumber; empty: not known
	Order     []string `json:"order,omitempty"`     // rows
	Over      []string `json:"over,omitempty"`      // loads
}
