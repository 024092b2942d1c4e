// Package claim settles what the documents state: each claim of a record's scenario
// ends in one verdict, with the figures and the reasons in words.
//
// Model: a judge (one file each) reads a figure off a summary, and says where it has
// to lie for the claim to hold; the verdicts (one file each) are asked in turn, and
// the first that applies is the claim's. Everything is a pure function of the record
// and its summary.
//
// Units are those of package metric; ratios have none. What could not be measured is
// NOT MEASURED with the reason, never a verdict and never a zero.
package claim

import (
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Result is a claim, settled.
type Result struct {
	Claim   record.Claim `json:"claim"`
	Verdict string       `json:"verdict"`
	// Measured is the figure in words, with its interval and what bound the cell; of
	// NOT MEASURED the reason.
	Measured string `json:"measured"`
	// Bound is the end of Measured: what bound the cell; of rows that are compared, both
	// figures with it. Empty of NOT MEASURED.
	Bound string `json:"bound,omitempty"`
	// Value is in the metric's base unit, a factor where rows or loads are compared; nil
	// where there is no number. Interval is the min–max of its trials; nil with too few.
	Value    *float64        `json:"value,omitempty"`
	Interval *stats.Interval `json:"interval,omitempty"`
	Trials   int             `json:"trials,omitempty"` // valid ones, or pairs of them
	// Ceiling is the arithmetic by which the claim is IMPOSSIBLE AS STATED.
	Ceiling string `json:"ceiling,omitempty"`
	// CeilingRate is the lowest ceiling known before the run, req/s, of a claim on the
	// achieved rate; 0: none is known.
	CeilingRate float64 `json:"ceiling_rate,omitempty"`
	// Absence is the kind of reason for NOT MEASURED, one of the constants.
	Absence string     `json:"absence,omitempty"`
	Instead []Evidence `json:"instead,omitempty"`
	Go      []Evidence `json:"go,omitempty"`
	Notes   []string   `json:"notes,omitempty"`
}

// Evidence is what the judge of a claim finds at another point.
type Evidence struct {
	record.Point
	Measured string          `json:"measured"` // in words; the reason where there is nothing
	Value    *float64        `json:"value,omitempty"`
	Interval *stats.Interval `json:"interval,omitempty"`
	Met      bool            `json:"met"`               // it comes out there
	Absence  string          `json:"absence,omitempty"` // why it is not known whether
}

// Kinds of reasons for NOT MEASURED.
const (
	Unmeasured    = "unmeasured"    // the claim itself says that it cannot be
	NotInRun      = "not in run"    // a short run has only some of the rows and loads
	NotInstalled  = "not installed" // or did not build
	NotReached    = "not reached"   // the run was interrupted
	Failed        = "failed"
	Invalid       = "invalid" // measured, and not to be believed
	NoValue       = "no value"
	UnequalWork   = "unequal work"
	TooFewTrials  = "too few trials"
	NotUnderstood = "not understood" // Check refuses such a claim
)

// Differs says that the verdict is another than the one known. That something is not
// installed here is no verdict on the claim.
func (r Result) Differs() bool {
	return r.Verdict != r.Claim.Expect && r.Absence != NotInstalled
}

// Judge settles every claim of the run's scenario, in order.
func Judge(run *record.Run, s *metric.Summary) []Result {
	b := &bench{run: run, summary: s}
	var results []Result
	for i := range run.Scenario.Claims {
		results = append(results, b.settle(&run.Scenario.Claims[i]))
	}
	return results
}

func (b *bench) settle(c *record.Claim) Result {
	f := b.examine(c)
	r := Result{Claim: *c, Value: f.value, Interval: f.interval, Trials: f.trials, CeilingRate: f.ceiling.rate,
		Bound: strings.TrimLeft(f.bound, ",: ")}
	for _, v := range verdicts() {
		if v.applies(f) {
			r.Verdict = v.name
			v.fill(f, &r)
			break
		}
	}
	for _, p := range c.Instead {
		r.Instead = append(r.Instead, b.evidence(c, p))
	}
	for _, row := range c.Go {
		r.Go = append(r.Go, b.beside(c, row))
	}
	return r
}
