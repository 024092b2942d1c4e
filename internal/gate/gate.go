// Package gate says whether a change made a service worse: blocks of paired
// measurements and a policy in, a verdict out. It is pure: it measures nothing and
// reads no clock.
//
// Model. A block is a few seconds in which base and candidate, both up, took turns under
// the same arrivals and the same provider delays; of each metric it gives one number for
// either. The unit of inference is the block: its value is the logarithm of candidate over
// base, signed so that positive is worse. Blocks are looked at several times; each look
// spends a part of the error that the policy allows, over all looks and metrics (Gate).
// What a look calls worse is said only when fresh blocks confirm it.
package gate

import "math"

// Arm is one of the two that are compared.
type Arm int

// The arms.
const (
	Base Arm = iota
	Candidate
)

// String is its name in reports.
func (a Arm) String() string { return [...]string{"base", "candidate"}[a] }

// Rule says how one metric is judged. Shares are of the base's value: 0.05 is 5%.
type Rule struct {
	Metric string `json:"metric"` // ID of a metric of the record
	Load   string `json:"load"`   // under which it is measured
	Higher bool   `json:"higher_is_better,omitempty"`
	// Tolerance is how much worse it may get: PASS says that it is less.
	Tolerance float64 `json:"tolerance"`
	// Effect is what a regression is surely above: REGRESSED says that it is more.
	Effect float64 `json:"effect"`
	// Floor is the difference, in the unit of the metric, below which nothing is a
	// regression; 0: there is none.
	Floor float64 `json:"floor,omitempty"`
}

// Policy is what a team agrees on before it looks.
type Policy struct {
	Rules []Rule `json:"rules"`
	// Looks are the numbers of valid blocks at which they are looked at, ascending.
	Looks []int `json:"looks"`
	// Confirm is the number of fresh blocks that must confirm a regression.
	Confirm int `json:"confirm"`
	// Error is the probability that any metric is called worse at any look though
	// nothing changed, before it is confirmed.
	Error float64 `json:"error"`
	// Miss is the probability, of each metric, of a PASS at any look though it is worse
	// by its tolerance.
	Miss float64 `json:"miss"`
	// MaxInvalid is the share of blocks above which nothing is said.
	MaxInvalid float64 `json:"max_invalid"`
}

// Pair is a metric of both arms in one block, in base units.
type Pair [2]float64

// Log is the signed logarithm of candidate over base, positive where the candidate is
// worse; ok is false where it is not defined.
func (p Pair) Log(higher bool) (x float64, ok bool) {
	if p[Base] <= 0 || p[Candidate] <= 0 {
		return 0, false
	}
	x = math.Log(p[Candidate] / p[Base])
	if higher {
		x = -x
	}
	return x, !math.IsNaN(x) && !math.IsInf(x, 0)
}

// Counts are what became of the requests of one arm in a block.
type Counts struct {
	Requests uint64 `json:"requests"` // due in the windows; of a valid block in those that are to be believed
	Errors   uint64 `json:"errors"`   // of these, not answered well, wrong answers left out
	Wrong    uint64 `json:"wrong"`    // answered otherwise than was true or asked for, in any window
	Lost     uint64 `json:"lost"`     // said to be sent or accepted, and never delivered
	False    uint64 `json:"false"`    // of a channel never accepted by its provider the answer says that it was sent
}

// Broken says that something happened that no speed makes up for.
func (c Counts) Broken() bool { return c.Wrong+c.Lost+c.False > 0 }

// Block is one block.
type Block struct {
	N       int  `json:"n"` // from 1, in the order of measurement
	Confirm bool `json:"confirm,omitempty"`
	// Values are by Rule.Metric; a metric that could not be measured has none.
	Values map[string]Pair `json:"values,omitempty"`
	// Why says of a metric without a value why it has none.
	Why    map[string]string `json:"why,omitempty"`
	Counts [2]Counts         `json:"counts"`
	// Invalid says why nothing of it is to be believed but a wrong answer; empty: it is valid.
	Invalid string `json:"invalid,omitempty"`
	// Died is the end of the log of an arm whose server ended under load, was never ready, or answered the first notification wrongly;
	// empty: it did not.
	Died [2]string `json:"died,omitzero"`
	// Faults say what the server of an arm did that makes its figures say nothing: it could not
	// keep up, it answered before its providers, it made calls that nobody asked for. Such a
	// block is invalid as well. Empty: nothing.
	Faults [2]string `json:"faults,omitzero"`
}

// Verdict is what is said of a metric, a server, or all.
type Verdict string

// The verdicts. Undecided is that of a metric for which more blocks are wanted.
const (
	Undecided    Verdict = ""
	Pass         Verdict = "PASS"
	Improved     Verdict = "IMPROVED"
	Regressed    Verdict = "REGRESSED"
	Inconclusive Verdict = "INCONCLUSIVE"
	Invalid      Verdict = "INVALID"
	// NotGated is that of a metric that says nothing here, as throughput of a server that is not busy.
	NotGated Verdict = "NOT GATED"
)

// Worst is the verdict of several: REGRESSED, then INVALID, INCONCLUSIVE, IMPROVED, PASS.
// What is not gated does not count; where nothing is left, nothing is concluded.
func Worst(verdicts ...Verdict) Verdict {
	for _, v := range []Verdict{Regressed, Invalid, Inconclusive, Undecided, Improved, Pass} {
		for _, w := range verdicts {
			if w == v {
				return v
			}
		}
	}
	return Inconclusive
}
