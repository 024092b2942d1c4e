package mockproviders

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestThrottleOutlivesAChangeOfOtherThings, and begins anew when it is changed itself
// or forgotten.
func TestThrottleOutlivesAChangeOfOtherThings(t *testing.T) {
	one, two := tight()[contract.ThrottleFixedWindow], &contract.Throttle{FixedWindow: &contract.FixedWindow{Limit: 1, Window: time.Minute}}
	behave := func(latency string, th *contract.Throttle) map[string]contract.Behaviour {
		return map[string]contract.Behaviour{contract.Email: {Latency: latency, Throttle: th}}
	}
	b := start(t, behave("0s", one))
	expect := func(when string, k uint64, status int) {
		t.Helper()
		if r := b.send(contract.Email, k); r.status != status {
			t.Errorf("%s: #%d is answered %d, want %d", when, k, r.status, status)
		}
	}
	expect("at first", 1, http.StatusOK)
	expect("then", 2, http.StatusTooManyRequests)
	b.mustPut("/settings", contract.MockSettings{Providers: behave("1ms", one)})
	expect("with another latency", 3, http.StatusTooManyRequests)
	b.mustPut("/timeline", contract.MockTimeline{Zero: time.Now().Add(-time.Second), Steps: []contract.MockStep{
		{At: 0, Providers: behave("2ms", one)}, {At: time.Hour, Providers: behave("2ms", two)},
	}})
	expect("in a timeline", 4, http.StatusTooManyRequests)
	b.mustPut("/timeline", contract.MockTimeline{Zero: time.Now().Add(-time.Second), Steps: []contract.MockStep{
		{At: 0, Providers: behave("2ms", two)},
	}})
	expect("with another window", 5, http.StatusOK)
	expect("which is used up", 6, http.StatusTooManyRequests)
	b.mustPut("/timeline", contract.MockTimeline{})
	expect("after the timeline, as before it", 7, http.StatusTooManyRequests)
	if r := b.put("/reset", contract.MockReset{Seed: 1}); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	expect("after a reset", 8, http.StatusOK)
	if s := b.Stats().Providers[contract.Email]; s.Calls != 1 || s.Throttled != 0 || s.Accepted != 1 {
		t.Errorf("after a reset: %+v", s)
	}
	b.mustPut("/settings", contract.MockSettings{Providers: behave("0s", nil)})
	expect("with no throttle", 9, http.StatusOK)
}

// TestAThrottledCallLeavesNoTrace: the delay and outcome of a call are those it would
// have had, had the attempts before it not been turned away.
func TestAThrottledCallLeavesNoTrace(t *testing.T) {
	behaviour := contract.Behaviour{Latency: "{uniform: [0s, 5ms]}"}
	free := start(t, map[string]contract.Behaviour{contract.Email: behaviour})
	behaviour.Throttle = tight()[contract.ThrottleFixedWindow]
	full := start(t, map[string]contract.Behaviour{contract.Email: behaviour})
	full.send(contract.Email, 1)
	for range 3 {
		if r := full.send(contract.Email, 7); r.status != http.StatusTooManyRequests || r.planned != 0 {
			t.Fatalf("%+v", r)
		}
	}
	if r := full.send(contract.Email, contract.ProbeBase); r.status != http.StatusOK {
		t.Errorf("a probe is turned away: %+v", r)
	}
	s := full.Stats().Providers[contract.Email]
	if s.Calls != 4 || s.Accepted != 1 || s.Throttled != 3 || s.DelayError.Count != 1 || s.InFlightPeak != 1 {
		t.Errorf("%+v", s)
	}
	full.mustPut("/settings", contract.MockSettings{Providers: map[string]contract.Behaviour{contract.Email: {Latency: "{uniform: [0s, 5ms]}"}}})
	if a, b := full.send(contract.Email, 7), free.send(contract.Email, 7); a.planned != b.planned || a.body != b.body {
		t.Errorf("%+v, want %+v", a, b)
	}
}

// TestConcurrencyIsGivenBackHoweverACallEnds: answered, by the clock or not; failed;
// with any fault; and given up by its caller.
func TestConcurrencyIsGivenBackHoweverACallEnds(t *testing.T) {
	ends := map[string]contract.Behaviour{
		"kept": {Latency: "5ms"}, "at once": {Latency: "0s"}, "error": {Latency: "5ms", ErrorRate: 1},
		"queue": {Latency: "5ms", Queue: &contract.Queue{Servers: 1, Length: 1}},
	}
	for _, f := range contract.Faults() {
		ends[f.Name] = contract.Behaviour{Latency: "5ms", DripTime: 5 * time.Millisecond, Faults: map[string]float64{f.Name: 1}}
	}
	for name, behaviour := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			behaviour.Throttle = &contract.Throttle{Concurrency: 1}
			b := start(t, map[string]contract.Behaviour{contract.Email: behaviour})
			for k := range uint64(2) {
				c := b.raw(contract.Email, requestFor(k, ""))
				if name == contract.FaultHang {
					b.eventually(func(s contract.ProviderStats) bool { return s.Faults[name] == k+1 })
					c.Close()
				}
				p := b.Mock.providers[contract.Email]
				b.eventually(func(s contract.ProviderStats) bool { return s.Calls == k+1 && p.stats.inFlight.Load() == 0 })
			}
			if s := b.Stats().Providers[contract.Email]; s.Throttled != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestAbandonedCallsGiveTheirPlaceBack(t *testing.T) {
	b := start(t, map[string]contract.Behaviour{contract.Email: {Latency: "1s", Throttle: &contract.Throttle{Concurrency: 1}}})
	for k := range uint64(2) {
		b.raw(contract.Email, requestFor(k, "")).Close()
		b.eventually(func(s contract.ProviderStats) bool { return s.Abandoned == k+1 })
		p := b.Mock.providers[contract.Email]
		b.eventually(func(contract.ProviderStats) bool { return p.stats.inFlight.Load() == 0 })
	}
}

// TestConcurrencyUnderLoad: with more callers than places, those who are let in are
// never more than there are places, and everyone is answered.
func TestConcurrencyUnderLoad(t *testing.T) {
	b := start(t, map[string]contract.Behaviour{contract.Email: {Latency: "2ms", Throttle: &contract.Throttle{Concurrency: 3}}})
	var all sync.WaitGroup
	for i := range uint64(12) {
		all.Go(func() {
			for j := range uint64(20) {
				if r := b.send(contract.Email, 100*i+j); r.status != http.StatusOK && r.status != http.StatusTooManyRequests {
					t.Errorf("%+v", r)
				}
			}
		})
	}
	all.Wait()
	s := b.Stats().Providers[contract.Email]
	if s.InFlightPeak > 3 || s.Calls != 240 || s.Accepted+s.Throttled != 240 || s.Throttled == 0 {
		t.Errorf("%+v", s)
	}
}

// retryAfterOf reads the header.
func retryAfterOf(t *testing.T, r reply) int {
	t.Helper()
	n, err := strconv.Atoi(r.header.Get(contract.HeaderRetryAfter))
	if err != nil {
		t.Errorf("Retry-After: %v", err)
	}
	return n
}

func TestRetryAfterOfThePlainWire(t *testing.T) {
	for name, most := range map[string]int{contract.ThrottleFixedWindow: 3600, contract.ThrottleConcurrency: 1, contract.ThrottleTokenBucket: 100} {
		latency := map[bool]string{true: "2s", false: "0s"}[name == contract.ThrottleConcurrency]
		b := start(t, map[string]contract.Behaviour{contract.Email: {Latency: latency, Throttle: tight()[name]}})
		var first sync.WaitGroup
		first.Go(func() { b.send(contract.Email, 1) })
		b.eventually(func(s contract.ProviderStats) bool { return s.Calls == 1 })
		r := b.send(contract.Email, 2)
		if n := retryAfterOf(t, r); r.status != http.StatusTooManyRequests || r.body != `{"error":"throttled"}` || n < 1 || n > most {
			t.Errorf("%s: %+v", name, r)
		}
		first.Wait()
	}
}
