package metric

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/steady"
)

// healthy is a cell of 1,000 requests that no check has anything to say of.
func healthy() *facts {
	var requests []record.Request
	for i := range 1000 {
		q := at(time.Duration(i)*time.Millisecond, 20*time.Millisecond, record.OutcomeOK)
		q.K = uint64(i)
		requests = append(requests, q)
	}
	f := cellOf(true, time.Second, requests)
	f.run.Scenario.Channels = []string{"email"}
	f.run.Scenario.Providers = map[string]record.Provider{"email": {Latency: "19ms", Mean: 19 * time.Millisecond}}
	f.run.Cores, f.run.Environment.Cores = record.Cores{Server: []int{1}, Load: []int{0}}, 2
	f.run.Environment.Cores = 2
	f.subject.Processes, f.subject.Fanout = 2, contract.FanoutConcurrent
	f.load.Rate = 1000
	busy, used, none, few, limit := 0.3, 100*time.Millisecond, 0.0, 50, uint64(1024)
	c := f.cell
	c.Ceilings = []record.Ceiling{{Kind: BoundRate, Rate: 1000, Why: "offered 1000 req/s"}}
	c.Providers.Providers = map[string]contract.ProviderStats{"email": {Calls: 1000,
		DelayError: contract.DelayQuantiles{Count: 1000, Low: &contract.DelayLow{}}}}
	c.Machine = record.Machine{LoadBusy: &busy, Steal: &none, Other: &none, CPUTime: 2 * time.Second,
		Stalls: &record.Stalls{Watched: time.Second}, Network: &record.Network{Ports: 28000, TimeWaitMost: new(int)}}
	c.Server.CPUWindow, c.Server.FilesMost, c.Server.FilesLimit = &used, &few, &limit
	g := &c.Generator
	g.CallsKnown, g.Calls, g.Files, g.FilesLimit = true, 1000, &few, limit
	g.InFlight = &record.Sampled{Count: 250, Mean: f.mean(), SD: 1}
	half := steady.Half{Count: 500, Mean: 20 * time.Millisecond, MeanSE: time.Microsecond, CountSE: 1}
	g.Halves = &[2]steady.Half{half, half}
	g.Processes = map[string]uint64{"1": 500, "2": 500}
	f.waits = newWaits(f)
	for i := range requests {
		begin := requests[i].Timestamp.Sub(c.Zero)
		end := begin + requests[i].Latency
		f.wait(&requests[i], begin, end, f.expected(&requests[i], begin, end))
	}
	f.bound = findBound(f)
	return f
}

func TestAHealthyCellIsValid(t *testing.T) {
	if v := judge(healthy()); v.Level != OK {
		t.Errorf("%+v", v)
	}
}

// Every limit, from both sides.
func TestLimits(t *testing.T) {
	share := func(v float64) *float64 { return &v }
	count := func(n int) *int { return &n }
	machine := func(set func(*record.Machine)) func(*facts) { return func(f *facts) { set(&f.cell.Machine) } }
	generator := func(set func(*record.Generator)) func(*facts) { return func(f *facts) { set(&f.cell.Generator) } }
	network := func(n record.Network) func(*facts) {
		return machine(func(m *record.Machine) { m.Network = &n })
	}
	stalled := func(total time.Duration, n uint64) func(*facts) {
		return machine(func(m *record.Machine) {
			m.Stalls = &record.Stalls{Watched: 10 * time.Second, Nap: 10 * time.Millisecond, Time: total, Count: n, Longest: total}
		})
	}
	halves := func(b steady.Half) func(*facts) {
		return generator(func(g *record.Generator) { g.Halves[1] = b })
	}
	slower := steady.Half{Count: 500, Mean: 25 * time.Millisecond, MeanSE: 100 * time.Microsecond, CountSE: 1}
	both := func(sets ...func(*facts)) func(*facts) {
		return func(f *facts) {
			for _, set := range sets {
				set(f)
			}
		}
	}
	// The more is known of what was busy, the more ticks may be wrong.
	backed := func(other float64, used time.Duration) func(*facts) {
		return machine(func(m *record.Machine) { m.Other, m.CPUTime, m.BackingCPU = share(other), 10*time.Second, &used })
	}
	for i, c := range []struct {
		check Check
		set   func(*facts)
		want  Level
	}{
		{checkSteal, machine(func(m *record.Machine) { m.Steal = share(0.015) }), OK}, // a tick or two
		{checkSteal, machine(func(m *record.Machine) { m.Steal = share(0.03) }), Flagged},
		{checkSteal, machine(func(m *record.Machine) { m.Steal = share(0.055) }), Flagged},
		{checkSteal, machine(func(m *record.Machine) { m.Steal = share(0.08) }), Invalid},
		{checkSteal, machine(func(m *record.Machine) { m.Steal = nil }), Unchecked},
		{checkStalls, stalled(50*time.Millisecond, 1), OK},
		{checkStalls, stalled(60*time.Millisecond, 1), Flagged},
		{checkStalls, stalled(190*time.Millisecond, 1), Flagged},
		{checkStalls, stalled(250*time.Millisecond, 9), Invalid},
		{checkStalls, machine(func(m *record.Machine) { m.Stalls = nil }), Unchecked},
		{checkOther, machine(func(m *record.Machine) { m.Other = share(-0.02) }), OK},
		{checkOther, machine(func(m *record.Machine) { m.Other, m.CPUTime = share(0.06), 20*time.Second }), OK},
		{checkOther, machine(func(m *record.Machine) { m.Other, m.CPUTime = share(0.10), 20*time.Second }), Flagged},
		{checkOther, machine(func(m *record.Machine) { m.Other, m.CPUTime = share(0.22), 20*time.Second }), Invalid},
		{checkOther, machine(func(m *record.Machine) { m.Other, m.CPUTime = share(0.10), time.Second }), OK}, // ticks
		{checkOther, machine(func(m *record.Machine) { m.Other = nil }), Unchecked},
		{checkOther, backed(0.08, 0), Flagged},
		{checkOther, backed(0.08, 5*time.Second), OK},
		{checkOther, backed(0.11, 5*time.Second), Flagged},
		{checkOther, backed(0.185, 0), Flagged},
		{checkOther, backed(0.205, 0), Invalid},
		{checkOther, backed(0.19, 5*time.Second), Flagged},
		{checkOther, backed(0.21, 5*time.Second), Invalid},
		{checkOther, backed(-0.02, 5*time.Second), OK},
		{checkNetwork, network(record.Network{ListenDrops: 1}), Invalid},
		{checkNetwork, network(record.Network{Retransmits: 2, Elsewhere: 1}), Invalid},
		{checkNetwork, network(record.Network{Retransmits: 2, Elsewhere: 100}), Flagged},
		{checkNetwork, network(record.Network{Elsewhere: 100}), OK},
		{checkNetwork, machine(func(m *record.Machine) { m.Network = nil }), Unchecked},
		{checkHeadroom, network(record.Network{Ports: 100, TimeWaitMost: count(51)}), Invalid},
		{checkHeadroom, network(record.Network{Ports: 100, TimeWaitMost: count(50)}), OK},
		{checkHeadroom, network(record.Network{Ports: 100, TimeWaitMost: count(99), PortsReused: true}), OK},
		{checkHeadroom, generator(func(g *record.Generator) { g.Exhausted = 1 }), Invalid},
		{checkHeadroom, generator(func(g *record.Generator) { g.Files, g.FilesLimit = count(90), 100 }), Invalid},
		{checkHeadroom, generator(func(g *record.Generator) { g.Files, g.FilesLimit = count(89), 100 }), OK},
		{checkHeadroom, generator(func(g *record.Generator) { g.InFlightPeak = 27000 }), Invalid},
		{checkHeadroom, func(f *facts) { f.cell.Server.FilesMost = count(922) }, Invalid},
		{checkHeadroom, func(f *facts) { f.cell.Server.FilesMost = nil }, Unchecked},
		{checkLittle, generator(func(g *record.Generator) { g.InFlight.Mean *= 1.04 }), OK},
		{checkLittle, generator(func(g *record.Generator) { g.InFlight.Mean *= 1.10 }), Flagged},
		{checkLittle, generator(func(g *record.Generator) { g.InFlight.Mean *= 0.80 }), Invalid},
		{checkLittle, generator(func(g *record.Generator) { g.InFlight.Mean, g.InFlight.SD = 30, 100 }), OK}, // chance
		{checkLittle, fewInFlight(0.4), OK},                                                                  // looks in step with arrivals
		{checkLittle, fewInFlight(0.6), Invalid},
		{checkLittle, generator(func(g *record.Generator) { g.InFlight = nil }), Unchecked},
		{checkCeiling, func(f *facts) { f.cell.Ceilings[0].Rate = 870 }, OK}, // 3 standard errors, 20 ms in flight
		{checkCeiling, func(f *facts) { f.cell.Ceilings[0].Rate = 800 }, Invalid},
		{checkCeiling, func(f *facts) { f.cell.Ceilings[0].Rate, f.cell.Ceilings[0].Kind = 800, "cores" }, OK},
		{checkCeiling, func(f *facts) { *f.cell.Server.CPUWindow = 1030 * time.Millisecond }, OK}, // ticks
		{checkCeiling, func(f *facts) { *f.cell.Server.CPUWindow = 1050 * time.Millisecond }, Invalid},
		{checkCeiling, func(f *facts) { f.cell.Server.CPUWindow = nil }, Unchecked},
		{checkDrift, halves(slower), Flagged},
		{checkDrift, both(halves(slower), func(f *facts) { f.cell.Repeated = "why" }), Invalid},
		{checkDrift, both(halves(slower), func(f *facts) { f.load.Changing = true }), OK},
		{checkDrift, halves(steady.Half{Count: 500, Mean: 20900 * time.Microsecond, CountSE: 1}), OK},
		{checkDrift, halves(steady.Half{Count: 500, Mean: 25 * time.Millisecond, MeanSE: 2 * time.Millisecond, CountSE: 1}), OK},
		{checkDrift, halves(steady.Half{Count: 400, Mean: 20 * time.Millisecond, CountSE: 1}), Flagged},
		{checkDrift, generator(func(g *record.Generator) { g.Halves = nil }), Unchecked},
		{checkProcesses, generator(func(g *record.Generator) { g.Processes = map[string]uint64{"1": 600, "2": 400} }), OK},
		{checkProcesses, generator(func(g *record.Generator) { g.Processes = map[string]uint64{"1": 700, "2": 300} }), Flagged},
		{checkProcesses, generator(func(g *record.Generator) { g.Processes = map[string]uint64{"1": 1000} }), Flagged},
		{checkProcesses, generator(func(g *record.Generator) { g.Processes = map[string]uint64{"1": 7, "2": 3} }), OK},
		{checkProcesses, generator(func(g *record.Generator) { g.Processes = nil }), Unchecked},
		{checkProcesses, func(f *facts) { f.cell.Generator.Processes, f.subject.Processes = nil, 1 }, OK},
		{checkPath, func(f *facts) { f.waited, f.early = 100000, 105 }, OK},
		{checkPath, func(f *facts) { f.waited, f.early = 100000, 140 }, Invalid},
		{checkPath, func(f *facts) { f.waited, f.early = 1000, 3 }, OK}, // chance
		{checkPath, func(f *facts) { f.pathError = "unreadable" }, Unchecked},
		{checkConservation, generator(func(g *record.Generator) { g.Calls = 1001 }), Invalid},
		{checkConservation, generator(func(g *record.Generator) { g.CallsKnown, g.Calls, g.Accepted = false, 0, 1000 }), OK},
		{checkConservation, generator(func(g *record.Generator) { g.CallsKnown, g.Calls, g.Accepted = false, 0, 1001 }), Invalid},
		{checkConservation, generator(func(g *record.Generator) { g.CallsKnown, g.Calls, g.Unreported = false, 900, 100 }), OK},
		{checkConservation, generator(func(g *record.Generator) { g.CallsKnown, g.Calls, g.Unreported = false, 900, 99 }), Invalid},
		{checkConservation, generator(func(g *record.Generator) { g.CallsKnown = false }), Unchecked},
	} {
		t.Run(fmt.Sprintf("%s %d", c.check.ID, i), func(t *testing.T) {
			f := healthy()
			c.set(f)
			if r := c.check.run(f); r.level != c.want || (r.text == "") != (c.want == OK) {
				t.Errorf("%+v, want %s", r, c.want)
			}
		})
	}
}

// What could not be checked leaves a cell flagged, whatever else is well.
func TestWhatCannotBeCheckedIsFlagged(t *testing.T) {
	f := healthy()
	f.cell.Machine.Steal = nil
	v := judge(f)
	if v.Level != Flagged || len(v.Findings) != 1 || v.Findings[0].Level != Unchecked || v.Findings[0].Text == "" {
		t.Errorf("%+v", v)
	}
	f.cell.Generator.WriteError = "disk full"
	f.broken = "disk full"
	if v := judge(f); v.Level != Invalid {
		t.Errorf("%+v", v)
	}
}

// More samples of the same excess never say less, and a few never say anything.
func TestMoreOfTheSameIsNeverLess(t *testing.T) {
	order := func(l Level) int { return map[Level]int{OK: 0, Flagged: 1, Invalid: 2}[l] }
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		limit := rapid.Float64Range(0.0005, 0.2).Draw(t, "limit")
		times := rapid.IntRange(1, 50).Draw(t, "times")
		if beyond(k, n, limit) && !beyond(times*k, times*n, limit) {
			t.Fatalf("%d of %d are beyond %v, %d times as many are not", k, n, limit, times)
		}
		if k <= few && beyond(k, n, limit) {
			t.Fatalf("%d of %d are beyond chance", k, n)
		}
		v, se := rapid.Float64Range(0, 1).Draw(t, "v"), rapid.Float64Range(0, 0.3).Draw(t, "se")
		if order(surely(v, se/2, 0.05, 0.15)) < order(surely(v, se, 0.05, 0.15)) {
			t.Fatalf("%v is less sure with a smaller error than %v", v, se)
		}
	})
}

// fewInFlight has hardly any requests in flight by their times, and so many more by
// count.
func fewInFlight(more float64) func(*facts) {
	return func(f *facts) {
		half := f.cell.Generator.Window / 2
		f.busy = [2]time.Duration{half / 4, half / 4}
		f.cell.Generator.InFlight.Mean, f.cell.Generator.InFlight.SD = 0.25+more, 0
	}
}
