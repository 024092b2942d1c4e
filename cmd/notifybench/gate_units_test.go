package main

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Within as many blocks as there are combinations each comes once, and fresh blocks share
// no layout with the first ones.
func TestLayoutsTakeTurns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		layouts := rapid.IntRange(1, 6).Draw(t, "layouts")
		begin := rapid.IntRange(0, 5).Draw(t, "begin") * layouts * layouts
		seen := map[[2]int]bool{}
		for n := begin + 1; n <= begin+layouts*layouts; n++ {
			first, fresh := layoutsOf(n, layouts, false), layoutsOf(n, layouts, true)
			seen[first] = true
			for arm := range first {
				if first[arm] < 1 || first[arm] > layouts || layouts > 1 && fresh[arm] != first[arm]+layouts {
					t.Fatalf("block %d of %d layouts: %v, fresh %v", n, layouts, first, fresh)
				}
			}
		}
		if len(seen) != layouts*layouts {
			t.Fatalf("%d of %d combinations", len(seen), layouts*layouts)
		}
	})
}

// Neither side is asked for more than it may be busy, whatever a request costs.
func TestRateKeepsBothSidesFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		busy := rapid.Float64Range(0.05, 0.9).Draw(t, "busy")
		cost := rapid.Float64Range(1e-5, 1e-3).Draw(t, "cost")
		beside := rapid.Float64Range(1e-5, 1e-3).Draw(t, "beside")
		cores := record.Cores{Server: make([]int, rapid.IntRange(0, 4).Draw(t, "server")), Load: make([]int, rapid.IntRange(0, 4).Draw(t, "load"))}
		f := rateOf(busy, cost, beside, cores)
		n := func(list []int) float64 { return math.Max(1, float64(len(list))) }
		if f.rate > leastRate && (f.rate*cost > busy*n(cores.Server)*(1+1e-9) || f.rate*beside > loadShare*n(cores.Load)*(1+1e-9)) {
			t.Fatalf("%+v", f)
		}
		if f.rate < leastRate || f.why == "" {
			t.Fatalf("%+v", f)
		}
	})
}

// sliceCell is a slice of an arm with one value of two metrics.
func sliceCell(arm gate.Arm, slice int, cpu, pss float64, findings ...metric.Finding) metric.Cell {
	v := func(x float64) metric.Value { return metric.Value{V: x, OK: true} }
	return metric.Cell{Subject: arm.String(), Load: "open", Slice: slice, Status: record.StatusOK,
		Values:  map[string]metric.Value{metric.CPUPerRequest: v(cpu), metric.PeakPSS: v(pss)},
		Verdict: metric.Verdict{Findings: findings}}
}

// A block's value is the geometric mean over the pairs of which both slices are to be
// believed; a peak is the highest. What disturbs a slice costs its neighbour too, and
// what the server itself did wrong is no disturbance.
func TestBlockOfPairs(t *testing.T) {
	disturbed := metric.Finding{Check: "steal", Level: metric.Invalid, Text: "the hypervisor took 9% away"}
	own := metric.Finding{Check: "silence", Level: metric.Invalid, Text: "it froze"}
	s := &metric.Summary{Cells: []metric.Cell{
		sliceCell(gate.Base, 1, 100, 5), sliceCell(gate.Candidate, 1, 200, 6),
		sliceCell(gate.Candidate, 2, 800, 9, own), sliceCell(gate.Base, 2, 100, 4),
		sliceCell(gate.Base, 3, 1, 100, disturbed), sliceCell(gate.Candidate, 3, 1000, 1),
	}}
	pairs, why := pairsOf(s)
	if why != "" || len(pairs["open"]) != 2 {
		t.Fatalf("%d pairs, %q", len(pairs["open"]), why)
	}
	cpu, why := valuesOf(pairs, gate.Rule{Metric: metric.CPUPerRequest, Load: "open"}, 1)
	if why != "" || math.Abs(cpu[gate.Base]-100) > 1e-9 || math.Abs(cpu[gate.Candidate]-400) > 1e-9 {
		t.Errorf("CPU %v, %q", cpu, why)
	}
	if pss, _ := valuesOf(pairs, gate.Rule{Metric: metric.PeakPSS, Load: "open"}, 1); pss != (gate.Pair{5, 9}) {
		t.Errorf("peak %v", pss)
	}
	if _, why := valuesOf(pairs, gate.Rule{Metric: metric.CPUPerRequest, Load: "full"}, 1); why == "" {
		t.Error("a load that was not measured has a value")
	}
	if _, why := valuesOf(pairs, gate.Rule{Metric: metric.AddedP50, Load: "open"}, 1); why == "" {
		t.Error("a metric that was not measured has a value")
	}
	for i := range s.Cells {
		s.Cells[i].Verdict.Findings = []metric.Finding{disturbed}
	}
	if pairs, why := pairsOf(s); pairs != nil || why != "steal: > 5%" {
		t.Errorf("a block of disturbed slices: %v, %q", pairs, why)
	}
}
