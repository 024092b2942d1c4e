package capacity

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const cost = 1500 * time.Millisecond // of warm-up and overhead

// observer is a simulated server under a trial; n counts the trials so far.
type observer func(t Trial, n int) Observation

// step is one trial as it went.
type step struct {
	Trial
	Observation
}

// search runs a whole search, and checks what must hold for any.
func search(t rapid.TB, o Options, p Prior, under observer) (Result, []step) {
	t.Helper()
	s := New(o, p)
	var steps []step
	var elapsed time.Duration
	for {
		trial, ok := s.Next(elapsed, cost)
		if !ok {
			break
		}
		if trial.Rate < o.From*0.999 || trial.Rate > o.To*1.001 {
			t.Fatalf("tried %v, outside of %v to %v", trial.Rate, o.From, o.To)
		}
		elapsed += trial.Length + cost
		obs := under(trial, len(steps))
		s.Observe(obs)
		checkResult(t, s.Result(), append(steps, step{trial, obs})) // also where it is stopped now
		steps = append(steps, step{trial, obs})
		if len(steps) > 1000 {
			t.Fatal("no end")
		}
	}
	if elapsed > o.Budget {
		t.Fatalf("used %v of %v", elapsed, o.Budget)
	}
	if _, again := s.Next(0, 0); again {
		t.Fatal("it goes on after its end")
	}
	r := s.Result()
	checkResult(t, r, steps)
	return r, steps
}

// checkResult: a bracket that was found rests on two valid trials on each side.
func checkResult(t rapid.TB, r Result, steps []step) {
	t.Helper()
	if r.Words == "" {
		t.Fatal("no words")
	}
	if r.Holds > 0 && r.Fails > 0 && r.Fails <= r.Holds {
		t.Fatalf("holds %v and fails %v", r.Holds, r.Fails)
	}
	if r.Status != Found {
		return
	}
	if r.Fails/r.Holds > 1.0315 {
		t.Fatalf("%v and %v are no neighbours", r.Holds, r.Fails)
	}
	if count(steps, r.Holds, Holds) < needed || count(steps, r.Fails, Fails) < needed {
		t.Fatalf("%+v from %+v", r, steps)
	}
}

// count is how many judging trials of a rate had a verdict.
func count(steps []step, rate float64, v Verdict) (n int) {
	for _, s := range steps {
		if s.Rate == rate && s.Phase != Step && s.Verdict() == v {
			n++
		}
	}
	return n
}

// bad is an observation with a share of bad requests.
func bad(t Trial, share float64) Observation {
	n := int(t.Rate * t.Length.Seconds())
	return Observation{Scheduled: n, Bad: int(math.Ceil(share * float64(n))), Why: "late",
		CPU: time.Millisecond, Latency: 20 * time.Millisecond}
}

// threshold is a server that holds up to a rate.
func threshold(capacity float64) observer {
	return func(t Trial, _ int) Observation {
		if t.Rate > capacity {
			return bad(t, 0.5)
		}
		return bad(t, 0)
	}
}

// workers is a server of k workers that take s each, in a queue, under uniform
// arrivals after a second of warm-up: a request is bad when it takes over limit.
func workers(k int, s, limit float64) observer {
	return func(t Trial, _ int) Observation {
		free := make([]float64, k)
		obs := Observation{CPU: time.Duration(s * 1e9 / float64(k)), Latency: time.Duration(s * 1e9), Why: "late"}
		for i := range int(t.Rate * (1 + t.Length.Seconds())) {
			due := float64(i) / t.Rate
			next := slices.Index(free, slices.Min(free))
			free[next] = max(free[next], due) + s
			if due < 1 {
				continue
			}
			obs.Scheduled++
			if free[next]-due > limit {
				obs.Bad++
			}
		}
		return obs
	}
}

func TestWorkersAreFoundWithinOneStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 16).Draw(t, "k")
		s := rapid.Float64Range(0.005, 0.1).Draw(t, "s")
		truth := float64(k) / s
		r, _ := search(t, Defaults(), Prior{}, workers(k, s, 1.5*s))
		if truth < 11 {
			return // below the lowest rates
		}
		if r.Status != Found {
			t.Fatalf("%+v", r)
		}
		// Whatever is above K/S gets late within seconds, unless only just above it.
		if math.Abs(r.Holds/truth-1) > 0.03 {
			t.Fatalf("holds %v, K/S is %v", r.Holds, truth)
		}
	})
}

func TestThresholdIsInTheBracketWhateverTheGuess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := rapid.Float64Range(11, 45_000).Draw(t, "truth")
		var found []Result
		for range 3 {
			prior := Prior{Ceiling: rapid.Float64Range(0, 60_000).Draw(t, "ceiling"),
				InFlight: rapid.IntRange(0, 10_000).Draw(t, "in flight")}
			r, _ := search(t, Defaults(), prior, threshold(truth))
			if r.Status == Found && !(r.Holds <= truth && truth < r.Fails) {
				t.Fatalf("%v is not in %+v", truth, r)
			}
			if r.Holds > truth || r.Fails > 0 && r.Fails <= truth {
				t.Fatalf("%v is not in %+v", truth, r)
			}
			if r.Status == Found {
				found = append(found, r)
			}
		}
		if len(found) == 0 {
			t.Fatal("no search found it")
		}
		for _, r := range found {
			if r != found[0] {
				t.Fatalf("%+v and %+v", r, found[0])
			}
		}
	})
}

func TestFairGuessesNeedLittleTime(t *testing.T) {
	for _, share := range []float64{0.3, 0.5, 0.7, 0.9, 1, 1.2, 2} {
		r, steps := search(t, Defaults(), Prior{Ceiling: 1000 * share / 0.9}, threshold(1000))
		used := time.Duration(0)
		for _, s := range steps {
			used += s.Length + cost
		}
		if r.Status != Found || used > 130*time.Second {
			t.Errorf("from %v of the truth: %+v in %v", share, r, used)
		}
	}
}

// A CPU-bound server on a machine whose speed varies from trial to trial.
func TestNoiseMovesTheBracketByItsOwnSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := rapid.Float64Range(50, 5000).Draw(t, "truth")
		speed := rapid.SliceOfN(rapid.Float64Range(0.97, 1.03), 64, 64).Draw(t, "speed")
		r, _ := search(t, Defaults(), Prior{Ceiling: truth}, func(t Trial, n int) Observation {
			return threshold(truth*speed[n%len(speed)])(t, n)
		})
		if r.Holds > truth*1.03 || r.Fails > 0 && r.Fails < truth*0.97 {
			t.Fatalf("%v: %+v", truth, r)
		}
	})
}

// Whatever happens, a search ends within its budget, and is the same when the
// same is seen again.
func TestAnythingEndsTheSameWayTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{From: rapid.Float64Range(0.1, 100).Draw(t, "from"), Arrivals: Uniform,
			Budget: rapid.SampledFrom([]time.Duration{10 * time.Second, time.Minute, 3 * time.Minute}).Draw(t, "budget")}
		o.To = o.From * rapid.Float64Range(1.1, 1e5).Draw(t, "span")
		kinds := rapid.SliceOfN(rapid.IntRange(0, 9), 40, 40).Draw(t, "kinds")
		slope := rapid.Float64Range(0.1, 5).Draw(t, "slope")
		flaky := func(t Trial, n int) Observation {
			// The odds of failing rise with the rate: 0 at From, 10 in 10 at To^(1/slope).
			odds := slope * 10 * math.Log(t.Rate/o.From) / math.Log(o.To/o.From)
			switch k := kinds[n%len(kinds)]; {
			case k == 9:
				return Observation{Invalid: "noise", Generator: n%2 == 0}
			case float64(k) < odds:
				return bad(t, 0.2)
			}
			return bad(t, 0)
		}
		a, stepsA := search(t, o, Prior{}, flaky)
		b, stepsB := search(t, o, Prior{}, flaky)
		if a != b || !slices.Equal(stepsA, stepsB) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}

// timeless runs a search whose trials take no time, so that the budget never ends it.
func timeless(o Options, under observer) Result {
	s := New(o, Prior{})
	for n := 0; ; n++ {
		trial, ok := s.Next(0, 0)
		if !ok {
			return s.Result()
		}
		s.Observe(under(trial, n))
	}
}

// Invalid trials between the valid ones change nothing but the time.
func TestInvalidTrialsDoNotCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := rapid.Float64Range(20, 3000).Draw(t, "truth")
		o := Defaults()
		clean := timeless(o, threshold(truth))
		gaps := rapid.SliceOfN(rapid.IntRange(0, maxInvalid-1), 30, 30).Draw(t, "gaps")
		left, asked := gaps[0], 0
		noisy := timeless(o, func(t Trial, n int) Observation {
			if left > 0 {
				left--
				return Observation{Invalid: "noise", Scheduled: 100, Bad: 100}
			}
			asked++
			left = gaps[asked%len(gaps)]
			return threshold(truth)(t, n)
		})
		if noisy != clean {
			t.Fatalf("%+v, without invalid trials %+v", noisy, clean)
		}
	})
}
