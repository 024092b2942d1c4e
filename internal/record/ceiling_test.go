package record

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const sec = time.Second

func slowWorkers() []Ceiling {
	return []Ceiling{
		{Kind: "rate", Rate: 40, Why: "offered 40.0 req/s"},
		{Kind: "workers", Rate: 94, Why: "…", Phases: []CeilingPhase{
			{0, 5 * sec, 133, "133"}, {5 * sec, 10 * sec, 15.7, "15.7"}, {10 * sec, 15 * sec, 133, "133"},
		}},
	}
}

// The lowest of each stretch is what binds there: the rate while the workers keep
// up with it, the workers while their calls are slow.
func TestStretches(t *testing.T) {
	got := Stretches(slowWorkers(), 15*sec)
	if len(got) != 3 || got[0].Kind != "rate" || got[1].Kind != "workers" || got[2].Kind != "rate" {
		t.Fatalf("%+v", got)
	}
	if s := got[1]; s.From != 5*sec || s.To != 10*sec || s.Rate != 15.7 || s.Why != "15.7" {
		t.Errorf("%+v", s)
	}
	if s := Stretches(slowWorkers()[:1], sec); len(s) != 1 || s[0].Rate != 40 || s[0].To != sec {
		t.Errorf("one ceiling that never changes: %+v", s)
	}
	if Stretches(nil, sec) != nil {
		t.Error("stretches without a ceiling")
	}
}

// Whatever the window, the stretches cover it without gap or overlap, and none has
// more than the lowest ceiling in force.
func TestStretchesCoverTheWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := time.Duration(rapid.Int64Range(1, int64(20*sec)).Draw(t, "window"))
		ceilings, end := slowWorkers(), time.Duration(0)
		for _, s := range Stretches(ceilings, window) {
			if s.From != end || s.To <= s.From {
				t.Fatalf("a stretch from %v to %v after %v", s.From, s.To, end)
			}
			end = s.To
			for i := range ceilings {
				if rate, _ := ceilings[i].At(s.From + (s.To-s.From)/2); s.Rate > rate {
					t.Fatalf("%v where %s allows %v", s.Rate, ceilings[i].Kind, rate)
				}
			}
		}
		if end != window {
			t.Fatalf("they end at %v of %v", end, window)
		}
	})
}
