package gate

import "github.com/notifybench/notifybench/internal/stats"

// Finding is what is known of one metric. Changes are shares of the base's value, signed
// so that positive is worse: 0.05 is 5% worse, whichever way the metric is better.
type Finding struct {
	Rule
	Verdict Verdict `json:"verdict"`
	Blocks  int     `json:"blocks"` // valid ones that have a value

	// Arms are the medians of either arm over the blocks, in the unit of the metric: for
	// orientation, since they were not measured against each other.
	Arms Pair `json:"arms"`
	// Change is the estimate: from the 20% trimmed mean of the logarithms.
	Change float64 `json:"change"`
	// Interval is the 95% interval of the change, as if blocks were looked at once.
	Interval stats.Interval `json:"interval"`
	// Bounds are what is decided by: REGRESSED where Lo is above Effect, PASS where Hi is
	// below Tolerance. Each has the error that the look may spend.
	Bounds stats.Interval `json:"bounds"`
	// HodgesLehmann and SignedRank are the same by ranks, to compare with: the estimate, and the
	// one-sided exact probability of so much worse by chance.
	HodgesLehmann float64 `json:"hodges_lehmann"`
	SignedRank    float64 `json:"signed_rank_p"`

	// Visible is the smallest change that would have been called worse here, and Needs the
	// blocks with which the tolerance would be; of INCONCLUSIVE only. Needs 0: more than can be said.
	Visible float64 `json:"visible,omitempty"`
	Needs   int     `json:"needs,omitempty"`

	Why string `json:"why,omitempty"` // in words, where the verdict needs them
	// Confirmed is the finding over the fresh blocks, where there were any.
	Confirmed *Finding `json:"confirmed,omitempty"`
}

// Look is one look: what was known of every metric then.
type Look struct {
	Blocks   int       `json:"blocks"` // valid, so far
	Findings []Finding `json:"findings"`
}

// Result is what a gate of one server has found.
type Result struct {
	Verdict  Verdict   `json:"verdict"`
	Why      string    `json:"why"` // in one sentence
	Findings []Finding `json:"findings"`
	Looks    []Look    `json:"looks"`
	Blocks   int       `json:"blocks"`   // valid ones, fresh ones included
	Rejected int       `json:"rejected"` // invalid ones, measured again
	Counts   [2]Counts `json:"counts"`   // over the valid blocks, and wrong answers over all
}
