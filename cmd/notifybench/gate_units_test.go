package main

import (
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/policy"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
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
		server, load := rapid.IntRange(1, 4).Draw(t, "server"), rapid.IntRange(1, 4).Draw(t, "load")
		f := rateOf(busy, cost, beside, server, load)
		if f.rate > leastRate && (f.rate*cost > busy*float64(server)*(1+1e-9) || f.rate*beside > loadShare*float64(load)*(1+1e-9)) {
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
// believed; a peak is the highest. What disturbs a slice costs its neighbour too.
func TestBlockOfPairs(t *testing.T) {
	disturbed := metric.Finding{Check: "other-cpu", Level: metric.Invalid, Text: "other programs used 19%"}
	s := &metric.Summary{Cells: []metric.Cell{
		sliceCell(gate.Base, 1, 100, 5), sliceCell(gate.Candidate, 1, 200, 6),
		sliceCell(gate.Candidate, 2, 800, 9), sliceCell(gate.Base, 2, 100, 4),
		sliceCell(gate.Base, 3, 1, 100, disturbed), sliceCell(gate.Candidate, 3, 1000, 1),
	}}
	r := &record.Run{Cells: make([]record.Cell, 1)} // all of them have this index
	pairs, why := pairsOf(r, s)
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
	// Stolen time meets both arms alike, up to a point.
	stolen := metric.Finding{Check: "steal", Level: metric.Invalid, Text: "the hypervisor took time away"}
	for _, c := range []struct {
		finding metric.Finding
		steal   float64
		why     string
	}{{disturbed, 0, "other-cpu: > 15%"}, {stolen, 0.2, ""}, {stolen, 0.3, "steal: > 25%"}} {
		for i := range s.Cells {
			s.Cells[i].Verdict.Findings = []metric.Finding{c.finding}
		}
		r.Cells[0].Machine.Steal = &c.steal
		if pairs, why := pairsOf(r, s); why != c.why || (pairs == nil) != (c.why != "") {
			t.Errorf("%s %v: %v, %q", c.finding.Check, c.steal, pairs, why)
		}
	}
}

// blockOf is the block of slices whose record says nothing remarkable.
func blockOf(cells ...metric.Cell) gate.Block {
	r := &record.Run{Cores: record.Cores{Server: []int{1}}, Loads: []record.Load{{Name: "open", Open: true}}}
	for _, c := range cells {
		r.Cells = append(r.Cells, record.Cell{Subject: c.Subject, Load: c.Load, Slice: c.Slice, Status: c.Status,
			Generator: record.Generator{Outcomes: map[record.Outcome]uint64{record.OutcomeOK: 90, record.OutcomeWrong: 0}}})
	}
	var b gate.Block
	readBlock(r, &metric.Summary{Cells: cells}, []gate.Rule{{Metric: metric.CPUPerRequest, Load: "open"}}, &b)
	return b
}

// told adds what is known of the deliveries of a slice.
func told(c metric.Cell) metric.Cell {
	for _, id := range []string{"lost_answered", "lost_unanswered", "falsely_reported"} {
		c.Values[id] = metric.Value{OK: true}
	}
	return c
}

// What a server does that no figure shows is its fault and makes the block invalid; so is
// not to know what became of the requests, which is nobody's fault.
func TestBlockOfFaults(t *testing.T) {
	base, candidate := told(sliceCell(gate.Base, 1, 100, 5)), told(sliceCell(gate.Candidate, 1, 110, 5))
	if b := blockOf(base, candidate); b.Invalid != "" || b.Faults != [2]string{} || b.Counts[gate.Base].Requests != 90 ||
		math.Abs(b.Values[metric.CPUPerRequest][gate.Candidate]-110) > 1e-9 {
		t.Errorf("a good block: %+v", b)
	}
	early := told(sliceCell(gate.Candidate, 1, 110, 5, metric.Finding{Check: "provider-path", Level: metric.Invalid, Text: "answered early"}))
	if b := blockOf(base, early); b.Invalid != "a fault of the candidate" || b.Faults != [2]string{"", "answered early"} {
		t.Errorf("answers before the providers: %+v", b)
	}
	slow := told(sliceCell(gate.Candidate, 1, 110, 5))
	slow.Values[metric.P50] = metric.Value{V: 100, Instead: "backlog +100/s"}
	if b := blockOf(base, slow); b.Invalid != "a fault of the candidate" || b.Faults[gate.Candidate] != "it could not keep up: backlog +100/s" {
		t.Errorf("a growing backlog: %+v", b)
	}
	// One slice of several may be the machine's doing: it costs its pair.
	again := [2]metric.Cell{told(sliceCell(gate.Base, 2, 100, 5)), told(sliceCell(gate.Candidate, 2, 120, 5))}
	if b := blockOf(base, slow, again[0], again[1]); b.Invalid != "" || b.Faults != [2]string{} ||
		math.Abs(b.Values[metric.CPUPerRequest][gate.Candidate]-120) > 1e-9 {
		t.Errorf("a growing backlog in one slice of two: %+v", b)
	}
	hung := told(sliceCell(gate.Candidate, 1, 110, 5))
	hung.Values[metric.P50] = metric.Value{Instead: "> 1.25 s", Beyond: 1.25e9}
	if b := blockOf(base, hung, again[0], again[1]); b.Invalid != "a fault of the candidate" || b.Faults[gate.Candidate] == "" {
		t.Errorf("no answers in one slice of two: %+v", b)
	}
	again[1].Values[metric.P50] = slow.Values[metric.P50]
	if b := blockOf(base, slow, again[0], again[1]); b.Invalid != "a fault of the candidate" || b.Faults[gate.Candidate] == "" {
		t.Errorf("a growing backlog in all slices: %+v", b)
	}
	if b := blockOf(sliceCell(gate.Base, 1, 100, 5), candidate); b.Invalid == "" || b.Faults != [2]string{} {
		t.Errorf("deliveries that are not known: %+v", b)
	}
}

// What failed in slices that are not to be believed is no failure of anybody; what was
// answered wrongly in them is.
func TestBlockOfErrors(t *testing.T) {
	r := &record.Run{Cores: record.Cores{Server: []int{1}}, Loads: []record.Load{{Name: "open", Open: true}}}
	s := &metric.Summary{}
	for i, c := range []struct {
		arm     gate.Arm
		slice   int
		failed  uint64
		wrong   uint64
		stalled bool
	}{
		{gate.Base, 1, 1, 0, false}, {gate.Candidate, 1, 2, 0, false},
		{gate.Candidate, 2, 50, 3, true}, {gate.Base, 2, 0, 0, false},
	} {
		cell := told(sliceCell(c.arm, c.slice, 100, 5))
		if cell.Index = i; c.stalled {
			cell.Verdict.Findings = []metric.Finding{{Check: "stalls", Level: metric.Invalid, Text: "the machine stood still"}}
		}
		s.Cells = append(s.Cells, cell)
		r.Cells = append(r.Cells, record.Cell{Subject: c.arm.String(), Load: "open", Slice: c.slice, Status: record.StatusOK,
			Generator: record.Generator{Outcomes: map[record.Outcome]uint64{record.OutcomeOK: 100, record.OutcomeTimeout: c.failed, record.OutcomeWrong: c.wrong}}})
	}
	var b gate.Block
	readBlock(r, s, []gate.Rule{{Metric: metric.CPUPerRequest, Load: "open"}}, &b)
	want := [2]gate.Counts{{Requests: 101, Errors: 1}, {Requests: 102, Errors: 2, Wrong: 3}}
	if b.Invalid != "" || b.Counts != want {
		t.Errorf("%q, %+v, want %+v", b.Invalid, b.Counts, want)
	}
}

// Where a verdict ends, and what warns only.
func TestGateCodes(t *testing.T) {
	for v, want := range map[gate.Verdict][2]int{
		gate.Pass: {exitOK, exitOK}, gate.Improved: {exitOK, exitOK}, gate.Regressed: {exitDiffers, exitDiffers},
		gate.Inconclusive: {exitInconclusive, exitOK}, gate.Undecided: {exitInconclusive, exitOK}, gate.Invalid: {exitInvalid, exitInvalid},
	} {
		for i, warn := range []bool{false, true} {
			if got := exitCode(gateCode(v, "why", warn), io.Discard); got != want[i] {
				t.Errorf("%q, warn %v: exit code %d, want %d", v, warn, got, want[i])
			}
		}
	}
}

// A short gate asks for no less than a quarter and looks once; the policy that it was made
// of is not touched.
func TestShortGate(t *testing.T) {
	sc := &scenario.Scenario{Duration: 2 * time.Second}
	full := gate.Default()
	p := &policy.File{Gate: full, Scenario: sc}
	shorten(p)
	for i, r := range p.Gate.Rules {
		if r.Effect != max(full.Rules[i].Effect, shortEffect) || r.Tolerance != max(full.Rules[i].Tolerance, shortTolerance) {
			t.Errorf("%+v", r)
		}
	}
	if !slices.Equal(p.Gate.Looks, []int{shortBlocks}) || !p.Warn || p.Scenario.Duration != time.Second || p.Gate.Check() != nil {
		t.Errorf("%+v", p)
	}
	if sc.Duration != 2*time.Second || full.Rules[0].Effect != gate.Default().Rules[0].Effect {
		t.Error("the policy was changed in place")
	}
}
