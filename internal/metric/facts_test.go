package metric

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// cellOf builds facts of an open or closed load from requests by hand.
func cellOf(open bool, window time.Duration, requests []record.Request) *facts {
	c := &record.Cell{Zero: time.Unix(100, 0)}
	c.Generator = record.Generator{Window: window, Scheduled: uint64(len(requests)), Sent: uint64(len(requests)),
		Outcomes: map[record.Outcome]uint64{}}
	c.Server.WindowTo = window
	f := &facts{run: &record.Run{}, cell: c, load: &record.Load{Open: open}, subject: &record.Subject{}}
	f.anatomy = &dissection{open: open, slowest: slowest{room: len(requests) / 100}}
	f.answers = newAnswers(window)
	for i := range requests {
		f.cell.Generator.Outcomes[requests[i].Outcome]++
		f.add(&requests[i])
	}
	f.finish()
	return f
}

func at(sent, latency time.Duration, o record.Outcome) record.Request {
	return record.Request{Timestamp: time.Unix(100, 0).Add(sent), Latency: latency, Outcome: o}
}

// Little's law: mean in flight × window = sum of the service times, whatever the
// arrivals, when all of them lie within the window.
func TestMeanInFlightIsLittles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const window = time.Second
		n := rapid.IntRange(1, 50).Draw(t, "n")
		var requests []record.Request
		sum := time.Duration(0)
		for range n {
			sent := time.Duration(rapid.Int64Range(0, int64(window)-2).Draw(t, "sent"))
			latency := time.Duration(rapid.Int64Range(1, int64(window-sent)-1).Draw(t, "latency"))
			requests = append(requests, at(sent, latency, record.OutcomeOK))
			sum += latency
		}
		f := cellOf(true, window, requests)
		want := sum.Seconds() / window.Seconds()
		if got := inFlight.of(f).V; math.Abs(got-want) > 1e-9*want {
			t.Fatalf("mean in flight %v, want %v", got, want)
		}
		if got := achieved.of(f).V; got != float64(n) {
			t.Fatalf("achieved %v, want %d", got, n)
		}
	})
}

// Requests without an answer are longer than any: they can only raise quantiles.
func TestUnansweredOnlyRaiseQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(30, 120).Draw(t, "n")
		lost := rapid.IntRange(0, 60).Draw(t, "lost")
		var requests []record.Request
		for i := range n {
			latency := time.Duration(rapid.IntRange(1, 1000).Draw(t, "ms")) * time.Millisecond
			requests = append(requests, at(time.Duration(i), latency, record.OutcomeOK))
		}
		before := p50.of(cellOf(false, time.Second, requests))
		for i := range lost {
			requests = append(requests, at(time.Duration(i), time.Microsecond, record.OutcomeUnfinished))
		}
		after := p50.of(cellOf(false, time.Second, requests))
		if after.OK && after.V < before.V {
			t.Fatalf("p50 fell from %v to %v with %d lost", before.V, after.V, lost)
		}
		if most := lost > n; most && (after.Instead != "> 1.0 s" || after.OK) {
			t.Fatalf("most are lost, p50 is %+v", after)
		}
	})
}

// Quantiles printed never decrease.
func TestQuantilesAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var requests []record.Request
		for i := range rapid.IntRange(1000, 1100).Draw(t, "n") {
			requests = append(requests, at(time.Duration(i), time.Duration(i%37+1), record.OutcomeOK))
		}
		f := cellOf(true, time.Second, requests)
		a, b := p50.of(f), p99.of(f)
		if !a.OK || !b.OK || a.V > b.V {
			t.Fatalf("p50 %+v, p99 %+v", a, b)
		}
		points := curveOf(f.primary()).Points
		for i := 1; i < len(points); i++ {
			if points[i].NS < points[i-1].NS || points[i].Q <= points[i-1].Q {
				t.Fatalf("point %d: %+v after %+v", i, points[i], points[i-1])
			}
		}
	})
}

func TestUnsentRequestsCountAsNeverAnswered(t *testing.T) {
	var requests []record.Request
	for i := range 40 {
		requests = append(requests, at(time.Duration(i), time.Millisecond, record.OutcomeOK))
	}
	f := cellOf(true, time.Second, requests)
	f.cell.Generator.Unsent, f.cell.Generator.Scheduled = 60, 100
	f.finish()
	if v := p50.of(f); v.OK || v.Instead == "" {
		t.Errorf("60 of 100 were never sent, p50 is %+v", v)
	}
	if v := serviceP50.of(f); !v.OK {
		t.Errorf("service time is of those sent: %+v", v)
	}
	if v := errorShare.of(f); v.V != 0.6 {
		t.Errorf("errors %+v, want 0.6", v)
	}
}

func TestCPUPerRequestCountsHalvesAtTheEdges(t *testing.T) {
	f := cellOf(false, time.Second, []record.Request{
		at(0, 100*time.Millisecond, record.OutcomeOK),
		at(0, 100*time.Millisecond, record.OutcomeFailed), // an answer: it cost CPU
		at(0, 2*time.Second, record.OutcomeOK),            // half: answered after the reading
	})
	f.cell.Generator.WarmupLate = []record.Late{
		{At: time.Millisecond, Outcome: record.OutcomeOK}, {At: 3 * time.Second, Outcome: record.OutcomeOK},
	}
	f.finish()
	used := 300 * time.Microsecond
	f.cell.Server.CPUWindow = &used
	if v := cpuPerRequest.of(f); v.V != 100e3 { // two whole, one half, half of the warm-up's first
		t.Errorf("300 µs over 3 requests: %+v", v)
	}
}

// What has only begun has not cost its CPU yet: no figure rather than a flattering one.
func TestCPUPerRequestOfAQueueIsNotKnown(t *testing.T) {
	requests := []record.Request{at(0, time.Millisecond, record.OutcomeOK)}
	for range 9 {
		requests = append(requests, at(0, 2*time.Second, record.OutcomeUnfinished))
	}
	f := cellOf(false, time.Second, requests)
	used := time.Millisecond
	f.cell.Server.CPUWindow = &used
	if v := cpuPerRequest.of(f); v.OK || v.Why == "" {
		t.Errorf("one answer of ten: %+v", v)
	}
}

func TestMissingIsNotZero(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	for _, m := range []Metric{cpu, cpuPerRequest, peakPSS, pssPerInFlight, generatorCPU} {
		if v := m.of(f); v.OK {
			t.Errorf("%s was not measured, and is %v", m.ID, v.V)
		}
	}
	zero := time.Duration(0)
	f.cell.Server.CPUWindow, f.cell.Server.WindowTo = &zero, time.Second
	if v := cpu.of(f); !v.OK || v.V != 0 {
		t.Errorf("a measured zero is a number: %+v", v)
	}
}

// Overloaded servers complete only what has waited since the warm-up: that is
// throughput all the same.
func TestWarmupAnswersAreThroughput(t *testing.T) {
	f := cellOf(true, time.Second, []record.Request{at(0, time.Second, record.OutcomeUnfinished)})
	f.cell.Generator.WarmupLate = []record.Late{
		{At: 1, Outcome: record.OutcomeOK}, {At: 2, Outcome: record.OutcomeOK},
		{At: 3, Outcome: record.OutcomeOK}, {At: 4, Outcome: record.OutcomeFailed},
		{At: 2 * time.Second, Outcome: record.OutcomeUnfinished}, {At: 2 * time.Second, Outcome: record.OutcomeOK},
	}
	f.finish()
	if v := achieved.of(f); v.V != 3 {
		t.Errorf("four answers in the window, of which one went wrong: %+v", v)
	}
	// One measured, two of the warm-up that outlast the window, and a moment of four.
	if v := inFlight.of(f); math.Abs(v.V-3) > 1e-6 {
		t.Errorf("in flight %+v, want 3", v)
	}
}

func TestBacklog(t *testing.T) {
	steady := func(rate int, latency time.Duration) *facts {
		var requests []record.Request
		for i := range rate {
			sent := time.Duration(i) * time.Second / time.Duration(rate)
			o := record.OutcomeOK
			if sent+latency > 2*time.Second {
				o = record.OutcomeUnfinished
			}
			requests = append(requests, at(sent, latency, o))
		}
		return cellOf(true, time.Second, requests)
	}
	f := steady(300, 5*time.Second)
	if rate, growing := f.backlog(); !growing || rate != 300 {
		t.Errorf("nothing completes: %v %v", rate, growing)
	}
	if v := p99.of(f); v.Instead != "backlog +300/s" {
		t.Errorf("%+v", v)
	}
	f.load.Changing = true
	if _, growing := f.backlog(); growing {
		t.Error("a load that changes has no steady backlog")
	}
	if rate, growing := steady(300, 10*time.Millisecond).backlog(); growing {
		t.Errorf("a stable cell grows by %v", rate)
	}
}

func TestConservationBounds(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	f.run.Scenario.Channels = []string{"email", "sms"}
	g := &f.cell.Generator
	g.CallsKnown, g.Calls, g.Unanswered = true, 100, 3
	check := func(seen uint64, want float64) {
		t.Helper()
		f.cell.Providers.Providers = map[string]contract.ProviderStats{"email": {Calls: seen}}
		if v := callsUnaccounted.of(f); !v.OK || v.V != want {
			t.Errorf("%d seen: %+v, want %v", seen, v, want)
		}
		level := levelOf(checkConservation, f)
		if (level == Invalid) != (want > 0) {
			t.Errorf("%d seen: %s", seen, level)
		}
	}
	check(100, 0)
	check(106, 0)
	check(99, 1)
	check(108, 2)
	g.CallsKnown = false
	if v := callsUnaccounted.of(f); v.OK {
		t.Errorf("unknown calls are %+v", v)
	}
}

// A notification to several devices makes several calls, and each may be tried again.
func TestConservationOfDevicesAndRetries(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	f.run.Scenario.Channels, f.run.Scenario.Devices = []string{contract.Email, contract.Push}, 5
	f.subject.Settings = map[string]string{"attempts": "3"}
	g := &f.cell.Generator
	g.CallsKnown, g.Calls, g.Accepted, g.Unanswered = true, 100, 2, 1
	for seen, want := range map[uint64]float64{111: 1, 112: 0, 100 + 3*18: 0, 100 + 3*18 + 1: 1} {
		f.cell.Providers.Providers = map[string]contract.ProviderStats{contract.Email: {Calls: seen}}
		if v := callsUnaccounted.of(f); !v.OK || v.V != want {
			t.Errorf("%d seen: %+v, want %v", seen, v, want)
		}
	}
}
