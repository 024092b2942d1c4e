package mockproviders

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// tight are throttles that let one call through, by kind.
func tight() map[string]*contract.Throttle {
	return map[string]*contract.Throttle{
		contract.ThrottleFixedWindow: {FixedWindow: &contract.FixedWindow{Limit: 1, Window: time.Hour}},
		contract.ThrottleConcurrency: {Concurrency: 1},
		contract.ThrottleTokenBucket: {TokenBucket: &contract.TokenBucket{Rate: 0.01, Burst: 1}},
	}
}

func TestThrottlesAreThoseOfTheContract(t *testing.T) {
	if len(tight()) != len(contract.Throttles()) {
		t.Errorf("%d throttles, %d in the contract", len(tight()), len(contract.Throttles()))
	}
	for _, k := range contract.Throttles() {
		made, err := newThrottle(tight()[k.Name])
		if err != nil || made == nil {
			t.Errorf("%s: %v, %v", k.Name, made, err)
		}
	}
	if none, err := newThrottle(nil); none != nil || err != nil {
		t.Errorf("no throttle: %v, %v", none, err)
	}
}

// TestEveryThrottleLetsInWhatItMay holds for any kind: what it says agrees with what
// it does, and once forgotten all is as it was.
func TestEveryThrottleLetsInWhatItMay(t *testing.T) {
	for _, k := range contract.Throttles() {
		made, err := newThrottle(tight()[k.Name])
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(1000, 0)
		for range 2 {
			if v := made.enter(now); !v.in || v.limit != 1 || v.left != 0 {
				t.Errorf("%s: the first call: %+v", k.Name, v)
			}
			v := made.enter(now)
			if v.in || v.left != 0 {
				t.Errorf("%s: the second call: %+v", k.Name, v)
			}
			if v.available.IsZero() != (k.Name == contract.ThrottleConcurrency) || !v.available.IsZero() && !v.available.After(now) {
				t.Errorf("%s: has room again at %v", k.Name, v.available)
			}
			if !v.available.IsZero() && !made.enter(v.available).in {
				t.Errorf("%s: has no room at the time it said", k.Name)
			}
			made.leave()
			made.forget()
		}
	}
}

// TestFixedWindowAgainstCounting: in every window from the first call on, the first
// so many calls pass and no other.
func TestFixedWindowAgainstCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 4).Draw(t, "limit")
		window := time.Duration(rapid.Int64Range(int64(minWindow), int64(time.Second)).Draw(t, "window"))
		w, err := newFixedWindow(contract.FixedWindow{Limit: limit, Window: window})
		if err != nil {
			t.Fatal(err)
		}
		zero, at := time.Unix(1000, 0), time.Duration(0)
		used := map[time.Duration]int{}
		for i := range rapid.IntRange(1, 50).Draw(t, "calls") {
			if i > 0 { // the first begins the first window
				at += time.Duration(rapid.Int64Range(0, 3*int64(window)).Draw(t, "gap"))
			}
			number := at / window
			used[number]++
			v := w.enter(zero.Add(at))
			if v.in != (used[number] <= limit) || v.left != max(0, limit-used[number]) {
				t.Fatalf("call %d of window %d: %+v", used[number], number, v)
			}
			if want := zero.Add((number + 1) * window); !v.available.Equal(want) {
				t.Fatalf("the window ends at %v, want %v", v.available, want)
			}
		}
	})
}

// TestConcurrencyAgainstCounting: never more are in than there is room for.
func TestConcurrencyAgainstCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit, held := rapid.IntRange(1, 4).Draw(t, "limit"), 0
		c, err := newConcurrency(limit)
		if err != nil {
			t.Fatal(err)
		}
		t.Repeat(map[string]func(*rapid.T){
			"enter": func(t *rapid.T) {
				v := c.enter(time.Time{})
				if v.in != (held < limit) {
					t.Fatalf("%d of %d are in: %+v", held, limit, v)
				}
				if v.in {
					held++
				}
				if v.left != limit-held {
					t.Fatalf("%d of %d are in, %d left", held, limit, v.left)
				}
			},
			"leave": func(t *rapid.T) {
				if held == 0 {
					t.Skip("nobody is in")
				}
				c.leave()
				held--
			},
		})
	})
}

// TestTokenBucketNeverGivesMoreThanItHas: over any stretch of time no more calls pass
// than were saved up and have come in; and whoever waits as long as it says passes.
func TestTokenBucketNeverGivesMoreThanItHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, burst := rapid.Float64Range(0.5, 500).Draw(t, "rate"), rapid.IntRange(1, 5).Draw(t, "burst")
		b, err := newTokenBucket(contract.TokenBucket{Rate: rate, Burst: burst})
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(1000, 0)
		var passed []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(2*float64(time.Second)/rate)).Draw(t, "gap")))
			v := b.enter(now)
			if v.in {
				passed = append(passed, now)
			} else if rapid.Bool().Draw(t, "waits") {
				if now = v.available.Add(time.Microsecond); !b.enter(now).in {
					t.Fatalf("turned away after the wait it asked for")
				}
				passed = append(passed, now)
			}
		}
		for i := range passed {
			for j := i; j < len(passed); j++ {
				if most := float64(burst) + rate*passed[j].Sub(passed[i]).Seconds(); float64(j-i+1) > most+1e-3 {
					t.Fatalf("%d calls in %v of %v/s and %d", j-i+1, passed[j].Sub(passed[i]), rate, burst)
				}
			}
		}
	})
}

// TestTimeMayGoBack: calls that come at once bring their times in any order.
func TestTimeMayGoBack(t *testing.T) {
	now := time.Unix(1000, 0)
	for name, settings := range tight() {
		made, err := newThrottle(settings)
		if err != nil {
			t.Fatal(err)
		}
		made.enter(now)
		if v := made.enter(now.Add(-time.Minute)); v.in {
			t.Errorf("%s: an earlier time lets a second call in: %+v", name, v)
		}
	}
}

func TestWhatAThrottledCallerIsTold(t *testing.T) {
	now := time.Unix(1000, 0)
	for _, tt := range []struct {
		after   time.Duration
		seconds int
		reset   int64
	}{{0, 1, 1000}, {time.Millisecond, 1, 1001}, {time.Second, 1, 1001}, {1001 * time.Millisecond, 2, 1002}, {-time.Second, 1, 999}} {
		v := verdict{available: now.Add(tt.after)}
		seconds, known := v.retryAfter(now)
		reset, alsoKnown := v.resetAt()
		if seconds != tt.seconds || reset != tt.reset || !known || !alsoKnown {
			t.Errorf("in %v: %d s, at %d", tt.after, seconds, reset)
		}
	}
	if _, known := (verdict{}).retryAfter(now); known {
		t.Error("an unknown time is known")
	}
}

func TestThrottlesAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "0 kinds given",
		`{"concurrency": 1, "token_bucket": {"rate": 1, "burst": 1}}`: "2 kinds given",
		`{"concurrency": -1}`: "concurrency -1 is not from 1",
		`{"fixed_window": {"limit": 0, "window": 1000000000}}`: "limit 0 is not from 1",
		`{"fixed_window": {"limit": 1, "window": 1}}`:          "window 1ns is not from 1ms",
		`{"token_bucket": {"rate": 0, "burst": 1}}`:            "rate 0 is not from",
		`{"token_bucket": {"rate": 1, "burst": 0}}`:            "burst 0 is not from 1",
	} {
		b := contract.Behaviour{Latency: "1ms", Throttle: &contract.Throttle{}}
		if err := json.Unmarshal([]byte(text), b.Throttle); err != nil {
			t.Fatal(err)
		}
		if _, err := newBehaviour(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	b := contract.Behaviour{Latency: "1ms", Throttle: &contract.Throttle{TokenBucket: &contract.TokenBucket{Rate: math.NaN(), Burst: 1}}}
	if _, err := newBehaviour(b); err == nil {
		t.Error("a rate of NaN is accepted")
	}
}

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
	b := start(t, map[string]contract.Behaviour{contract.Email: {Latency: "50ms", Throttle: &contract.Throttle{Concurrency: 1}}})
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
		b := start(t, map[string]contract.Behaviour{contract.Email: {Latency: "300ms", Throttle: tight()[name]}})
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
