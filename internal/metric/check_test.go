package metric

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

func levelOf(c Check, f *facts) Level { return c.run(f).level }

func TestSendLagFiresBeyondChanceOnly(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	check := func(n, late int, lag time.Duration, want Level) {
		t.Helper()
		f.lag = slices.Concat(slices.Repeat([]int64{1}, n-late), slices.Repeat([]int64{int64(lag)}, late))
		if got := levelOf(checkSendLag, f); got != want {
			t.Errorf("%d of %d late by %v: %s, want %s", late, n, lag, got, want)
		}
	}
	check(1000, 100, 3*time.Millisecond, Flagged)
	check(1000, 100, 6*time.Millisecond, Invalid)
	check(1000, 100, time.Millisecond, OK)
	check(1000, 12, 6*time.Millisecond, OK) // 1.2% late: chance
	check(200, 12, 6*time.Millisecond, Invalid)
	check(200, 5, time.Second, OK) // chance
	check(200, 8, time.Second, Invalid)
	check(9, 2, time.Second, OK) // a few
	check(9, 9, time.Second, Invalid)
	f.run.Scenario.SLO = &record.SLO{P99: 20 * time.Millisecond}
	check(1000, 100, 1200*time.Microsecond, Invalid) // 5% of the SLO
	check(1000, 100, 900*time.Microsecond, OK)
	f.load.Open = false
	check(1000, 1000, time.Second, OK)
}

func TestUnsentOfAnOverloadedServerIsFlagged(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	g := &f.cell.Generator
	check := func(scheduled, sent uint64, want Level) {
		t.Helper()
		g.Scheduled, g.Sent, g.Unsent = scheduled, sent, scheduled-sent
		if got := levelOf(checkSent, f); got != want {
			t.Errorf("%d of %d sent: %s, want %s", sent, scheduled, got, want)
		}
	}
	check(10000, 10000, OK)
	check(10000, 9985, OK) // chance
	check(10000, 9950, Flagged)
	check(10000, 8000, Invalid)
	f.run.Scenario.MaxInFlight, g.InFlightPeak = 100, 100
	f.bound = Bound{Kind: BoundCPU}
	check(10000, 8000, Flagged)
	f.bound = Bound{Kind: BoundGenerator}
	check(10000, 8000, Invalid)
}

func TestBusyLoadCores(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	check := func(busy float64, open bool, bound string, want Level, throughput bool) {
		t.Helper()
		f.cell.Machine.LoadBusy, f.load.Open, f.bound.Kind = &busy, open, bound
		r := checkLoadCPU.run(f)
		if r.level != want || r.throughput != throughput || r.level != OK && r.text == "" {
			t.Errorf("%v busy, open %v, bound by %s: %+v", busy, open, bound, r)
		}
	}
	check(0.5, true, BoundRate, OK, false)
	check(0.7, true, BoundRate, Flagged, false)
	check(0.9, true, BoundRate, Invalid, false)
	check(0.9, false, BoundGenerator, Flagged, true)
	check(0.9, false, BoundCPU, Flagged, false)
}

func TestProvidersThatAnswerLate(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	f.run.Scenario.Channels = []string{"email"}
	low := func(p50, p90, p99 time.Duration) *contract.DelayLow {
		return &contract.DelayLow{P50: p50, P90: p90, P99: p99}
	}
	check := func(count uint64, mean, p99 time.Duration, want Level) {
		t.Helper()
		f.run.Scenario.Providers = map[string]record.Provider{"email": {Mean: mean}}
		f.cell.Providers.Providers = map[string]contract.ProviderStats{
			"email": {DelayError: contract.DelayQuantiles{Count: count, P50: p99, P90: p99, P99: p99}}}
		if got := levelOf(checkProviders, f); got != want {
			t.Errorf("%v late of %v: %s, want %s", p99, mean, got, want)
		}
	}
	check(5000, 0, 900*time.Microsecond, OK)
	check(5000, 0, 1500*time.Microsecond, Flagged)
	check(5000, 0, 2500*time.Microsecond, Invalid)
	check(5000, 200*time.Millisecond, 5*time.Millisecond, Flagged)
	check(5000, 200*time.Millisecond, 11*time.Millisecond, Invalid)
	f.load.Open, f.bound.Kind = false, BoundGenerator // it is its own doing
	check(5000, 200*time.Millisecond, 11*time.Millisecond, Flagged)
	f.load.Open = true
	check(900, 0, time.Second, Invalid) // by its p90
	check(50, 0, time.Second, Invalid)  // by its p50
	check(19, 0, time.Second, Unchecked)
	for _, c := range []struct {
		count uint64
		low   *contract.DelayLow
		want  Level
		at    string
	}{
		{5000, low(0, 0, 1500*time.Microsecond), Flagged, "p99"},
		{5000, low(0, 0, 900*time.Microsecond), OK, ""}, // the p99 itself is by chance
		{900, low(0, 3*time.Millisecond, time.Second), Invalid, "p90"},
		{900, low(0, 0, time.Second), OK, ""},
		{60, low(3*time.Millisecond, 0, 0), Invalid, "p50"},
	} {
		f.cell.Providers.Providers = map[string]contract.ProviderStats{"email": {
			DelayError: contract.DelayQuantiles{Count: c.count, P99: 2 * time.Second, Low: c.low}}}
		if r := checkProviders.run(f); r.level != c.want || !strings.Contains(r.text, c.at) {
			t.Errorf("%d calls, %+v: %+v", c.count, c.low, r)
		}
	}
}

func TestIncompleteRequests(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	f.cell.Generator.Sent = 7
	f.finish()
	r := checkComplete.run(f)
	if r.level != Invalid || !strings.Contains(r.text, "0 requests on file, 7 requests sent") {
		t.Errorf("%+v", r)
	}
}

func TestTheLowestCeilingWithinReachBinds(t *testing.T) {
	var requests []record.Request
	for i := range 100 {
		requests = append(requests, at(time.Duration(i), time.Millisecond, record.OutcomeOK))
	}
	f := cellOf(false, time.Second, requests)
	f.cell.Ceilings = []record.Ceiling{
		{Kind: "connections", Rate: 101, Why: "a"}, {Kind: "workers", Rate: 105, Why: "b"}}
	check := func(want string) {
		t.Helper()
		if b := findBound(f); b.Kind != want || b.Why == "" {
			t.Errorf("bound by %+v, want %s", b, want)
		}
	}
	check(BoundConnections)
	f.cell.Ceilings[0].Rate = 500 // out of reach
	check("workers")
	f.cell.Ceilings = nil
	check(Unexplained)
	busy := 0.95
	f.cell.Machine.LoadBusy = &busy
	f.run.Cores = record.Cores{Server: []int{1}, Load: []int{0}}
	check(BoundGenerator)
	used := 990 * time.Millisecond
	f.cell.Server.CPU, f.cell.Server.CPUWindow, f.cell.Server.WindowTo = &used, &used, time.Second
	check(BoundCPU)
	want := "99% of 1 core busy, 9.900 ms of CPU a request: at most 101.0 req/s"
	if b := findBound(f); b.Why != want {
		t.Error(b.Why)
	}
	f.run.Cores, f.run.Environment.Cores = record.Cores{}, 2
	check(BoundCPU) // server and generator share two cores and fill them
	f.cell.Machine.LoadBusy = nil
	f.cell.Server.CPU, f.cell.Server.CPUWindow = nil, nil
	f.run.Scenario.Channels = []string{"email"}
	f.cell.Providers.Providers = map[string]contract.ProviderStats{
		"email": {DelayError: contract.DelayQuantiles{Count: 10, P50: 50 * time.Millisecond}}}
	check("provider")
	f.cell.Ceilings = []record.Ceiling{{Kind: "client-pool", Rate: 100, Why: "c"}}
	check("client-pool") // a ceiling of known height goes first
}

// A death that the scenario ordered is none of the server's; one more is, and so is
// one that nobody made good.
func TestDeathsThatWereOrdered(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	f.cell.Server.Health.Processes = 2
	for _, c := range []struct {
		before, after, killed int
		want                  Level
	}{
		{0, 0, 0, OK}, {0, 1, 0, Invalid}, {0, 1, 1, OK}, {1, 3, 2, OK}, {0, 2, 1, Invalid}, {0, 0, 1, Flagged},
	} {
		f.cell.Server.Health.Restarts, f.cell.Server.RestartsSeen, f.cell.Server.Killed = c.before, c.after, c.killed
		if got := levelOf(checkServer, f); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	f.cell.Server.Health.Processes = 0 // it says nothing of itself
	if got := levelOf(checkServer, f); got != OK {
		t.Errorf("of a server that does not say: %s", got)
	}
	f.subject = queuer()
	f.cell.Generator.Queued, f.cell.Server.Drain = 10, &record.Drain{}
	f.run.Scenario.Channels = []string{"email"}
	if least, most := f.leastCalls(), f.mostCalls(); least != 0 || most != 20 {
		t.Errorf("what a killed queue may have called: %d to %d", least, most)
	}
}
