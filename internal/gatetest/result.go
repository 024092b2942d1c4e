package gatetest

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/notifybench/notifybench/internal/gate"
)

// Result is what the self-test of the gate found.
type Result struct {
	Header   Header        `json:"header"`
	Policy   gate.Policy   `json:"policy"`
	Budget   time.Duration `json:"budget,omitempty"`
	Draws    Draws         `json:"draws"`
	Measured int           `json:"measured"` // blocks; one that stands in two rows counts once
	Missing  int           `json:"missing"`  // blocks and gates of the plan that have not been measured
	Rows     []Row         `json:"rows"`
	Targets  []Target      `json:"targets"`
	Power    []Power       `json:"power"`
	Noise    []Noise       `json:"noise"`
	Gates    []GateRow     `json:"gates"`
}

// Row is one injection: its real blocks, and what the gate made of them.
type Row struct {
	Injection
	Blocks   int    `json:"blocks"`           // real ones, the invalid ones too
	Rejected int    `json:"rejected"`         // of these, invalid ones
	Wanted   int    `json:"wanted,omitempty"` // valid ones, by the plan
	Setting  string `json:"setting,omitempty"`
	// Asked is the median of what was asked for, in the unit of the metric.
	Asked *float64 `json:"asked,omitempty"`
	// Why says why there are no rates.
	Why     string        `json:"why,omitempty"`
	Rates   *Rates        `json:"rates,omitempty"`
	Needed  *Spread       `json:"needed,omitempty"` // blocks of a gate, invalid and fresh ones too
	Took    *Spread       `json:"took,omitempty"`   // seconds of a gate
	Passed  *Spread       `json:"passed,omitempty"` // seconds of a gate that passed; absent: none did
	Metrics []MetricShown `json:"metrics,omitempty"`
}

// Rates are the verdicts of the gate as a whole.
type Rates struct {
	Red Rate `json:"red"`
	// Found is red, the metric that ought to show it among those that are; absent for A/A.
	Found        *Rate `json:"found,omitempty"`
	Inconclusive Rate  `json:"inconclusive"`
	Invalid      Rate  `json:"invalid"`
	Pass         Rate  `json:"pass"`     // improved ones too
	Improved     Rate  `json:"improved"` // of A/A a false claim as well, though no alarm
}

// MetricShown is what one metric showed of an injection.
type MetricShown struct {
	Metric string `json:"metric"`
	// Change is by how much it really was worse: from the median of the logarithms of its valid
	// blocks; Difference the median of candidate less base, in its unit. Absent: no block has it.
	Change       *float64 `json:"change,omitempty"`
	Difference   *float64 `json:"difference,omitempty"`
	Red          Rate     `json:"red"`
	Pass         Rate     `json:"pass"`
	Inconclusive Rate     `json:"inconclusive"`
	NotGated     Rate     `json:"not_gated"`
	// Alone is how often it is red as the only metric, with its part of the error: a red of
	// another one ends the gate before this one has its say. Of the metrics that ought to show it.
	Alone *Rate `json:"alone,omitempty"`
}

// Of is what the metric showed; nil: nothing is known.
func (r *Row) Of(metric string) *MetricShown {
	for i := range r.Metrics {
		if r.Metrics[i].Metric == metric {
			return &r.Metrics[i]
		}
	}
	return nil
}

// minPool is the number of real blocks below which nothing is said of an injection.
const minPool = 8

// shows are the metrics that ought to show an injection. More CPU for each request is
// less throughput where the CPU is what limits it.
func shows(i Injection) []string {
	switch {
	case i.Metric == "":
		return nil
	case i.Kind == Work && i.Metric != Throughput:
		return []string{i.Metric, Throughput}
	}
	return []string{i.Metric}
}

// Analyse makes the pseudo-gates of every pool and all that is said of them. The same
// blocks and plan give the same result. The error is that of ctx.
func Analyse(ctx context.Context, f *File, p Plan) (*Result, error) {
	r := &Result{Header: f.Header, Policy: p.Policy, Budget: p.Budget, Draws: p.Draws, Measured: measured(f.Blocks), Missing: len(p.Missing(f.Blocks))}
	all := pools(f.Blocks)
	var planned []*pool
	for _, w := range p.Wants {
		planned = append(planned, take(&all, w.Injection))
	}
	planned = append(planned, all...)
	r.Rows = make([]Row, len(planned))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, pool := range planned {
		group.Go(func() (err error) {
			r.Rows[i], err = pool.row(ctx, &p)
			if i < len(p.Wants) {
				r.Rows[i].Wanted = p.Wants[i].Blocks
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	alike := &pool{}
	for _, q := range planned {
		if q.injection.Kind == None {
			alike = q
		}
	}
	r.Noise = noises(alike, p.Policy)
	r.Power = powers(r.Rows)
	r.Gates = p.gateRows(f.Blocks, r.Rows)
	r.Targets = r.targets()
	return r, nil
}

// measured is the number of blocks that were measured, by their seeds.
func measured(blocks []Measured) int {
	seeds := map[uint64]bool{}
	for i := range blocks {
		seeds[blocks[i].Seed] = true
	}
	return len(seeds)
}

// take takes the pool of an injection out of all; where there is none, it is empty.
func take(all *[]*pool, i Injection) *pool {
	for k, p := range *all {
		if p.injection == i {
			*all = append((*all)[:k:k], (*all)[k+1:]...)
			return p
		}
	}
	return &pool{injection: i}
}
