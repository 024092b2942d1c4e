// Package gatetest says how good the regression gate is on this machine: how often it
// cries wolf, and how often it finds what was put in.
//
// Model. A pool is the real blocks measured under one injection: nothing (both arms are
// alike), or a known slowdown of the candidate. A pseudo-gate is the real machine of
// package gate fed with blocks drawn from a pool with replacement, the invalid ones too
// and the fresh ones likewise: 10,000 of them say what the gate would do, had it only
// these blocks. A real gate is measured block by block without a break, and checks that
// neighbours have nothing in common that the pseudo-gates, which draw them one by one, do
// not know of. Its blocks are in the pool: the check is of their order, not of their values.
//
// What is not known better than by the number of REAL blocks must not look as if it were
// known from 10,000 draws. So the interval of every rate comes from a bootstrap of two
// levels: pools are drawn from the pool, and gates from each of these (see rateInterval).
// A pseudo-gate draws builds and seeds at random where a real one takes them in turn: if
// anything, it scatters more.
//
// Pools grow block by block in a file that can be continued (File). Everything else here
// is pure, except Run, which measures by a function that it is given and takes its time.
package gatetest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
)

// Kind is what was done to the candidate.
type Kind string

// The kinds. All but None are settings of the servers themselves.
const (
	None    Kind = "none"    // nothing: A/A
	Work    Kind = "work"    // CPU of each request
	Hold    Kind = "hold"    // delay of each request
	Ballast Kind = "ballast" // memory
	Fail    Kind = "fail"    // a share of wrong answers
)

// Kinds lists all of them.
func Kinds() []Kind { return []Kind{None, Work, Hold, Ballast, Fail} }

// Metrics that injections are sized by, as the records name them.
const (
	CPU        = "cpu_per_request"
	Median     = "added_p50"
	Throughput = "achieved"
	Memory     = "peak_pss"
)

// tails are the metrics of the slow requests, in the order of preference: a block of few
// requests has no 99th percentile.
func tails() []string { return []string{"added_p99", "added_p95"} }

// Tail is the one of them that a policy judges; of a policy without, the first.
func Tail(p gate.Policy) string {
	for _, metric := range tails() {
		if slices.ContainsFunc(p.Rules, func(r gate.Rule) bool { return r.Metric == metric }) {
			return metric
		}
	}
	return tails()[0]
}

// Injection is a kind at a level.
type Injection struct {
	Kind Kind `json:"kind"`
	// Metric is the one that ought to show it; Level is a share of its base value. Of a hold
	// it is a share of the response time, median or 99th percentile, of which the metric is
	// the part that the service adds. Of nothing and of wrong answers Metric is empty.
	Metric string `json:"metric,omitempty"`
	// Level is how much of it: 0.05 is 5% more, or 5% wrong answers.
	Level float64 `json:"level,omitempty"`
}

// String is its name in tables.
func (i Injection) String() string {
	switch i.Kind {
	case None:
		return "nothing (A/A)"
	case Fail:
		return "fail " + percent(i.Level)
	case Hold:
		return fmt.Sprintf("hold +%s of the response time, %s", percent(i.Level), i.Metric)
	}
	return fmt.Sprintf("%s +%s %s", i.Kind, percent(i.Level), i.Metric)
}

// Check says what is wrong with it.
func (i Injection) Check() error {
	switch {
	case !slices.Contains(Kinds(), i.Kind):
		return fmt.Errorf("no such injection: %q", i.Kind)
	case i.Kind == None && i != Injection{Kind: None}:
		return fmt.Errorf("%s has neither metric nor level", i.Kind)
	case i.Kind != None && (!(i.Level > 0) || math.IsInf(i.Level, 1)):
		return fmt.Errorf("%s at level %v: a share above 0 is wanted", i.Kind, i.Level)
	case (i.Kind == Work || i.Kind == Hold || i.Kind == Ballast) == (i.Metric == ""):
		return fmt.Errorf("%s with metric %q: work, hold and ballast are a share of a metric, the others are not", i.Kind, i.Metric)
	}
	return nil
}

// Injected is what was really set.
type Injected struct {
	Setting string `json:"setting,omitempty"` // as the server got it: "hold=105µs"; empty: nothing
	// Asked is by how much the metric ought to be worse, in the unit of the metric; 0: not known.
	Asked float64 `json:"asked,omitempty"`

	// Seed and Took are those with which the block was really measured, where it stands in
	// another pool as well; 0: as asked, and as the clock says.
	Seed uint64        `json:"-"`
	Took time.Duration `json:"-"`
}

// Measured is one real block, as the file keeps it.
type Measured struct {
	Injection Injection `json:"injection"`
	// Gate is the real gate that the block was measured for, from 1 for each injection; 0: for
	// none. It is in the pool all the same.
	Gate     int           `json:"gate,omitempty"`
	Seed     uint64        `json:"seed"`
	Took     time.Duration `json:"took"` // from the clock of the wall, all processes started and ended
	Injected Injected      `json:"injected,omitzero"`
	Block    gate.Block    `json:"block"`
}

// check says why it cannot be one.
func (m *Measured) check() error {
	if err := m.Injection.Check(); err != nil {
		return err
	}
	if m.Gate < 0 || m.Took < 0 || m.Block.N < 1 {
		return fmt.Errorf("gate %d, block %d that took %v", m.Gate, m.Block.N, m.Took)
	}
	return nil
}

// Measure measures a block. What went wrong in measuring is an invalid block; an error
// ends everything.
type Measure func(ctx context.Context, s Step, seed uint64) (gate.Block, Injected, error)

// percent is a share as people say it: "5%", "0.25%".
func percent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1e6)/1e4, 'f', -1, 64) + "%"
}
