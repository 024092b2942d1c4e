package mockproviders

import (
	"encoding/json"
	"math"
	"strings"
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
