package solve

import (
	"math"
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// run runs a whole search over a function, and checks what must hold for any.
func run(t *rapid.T, target float64, from, to int, f func(n, step int) Observation) Result {
	s := New(target, from, to)
	valid := 0
	for step := 0; ; step++ {
		n, ok := s.Next()
		if !ok {
			break
		}
		if n < from || n > to {
			t.Fatalf("tried %d, outside of %d to %d", n, from, to)
		}
		o := f(n, step)
		if o.Invalid == "" {
			valid++
		}
		s.Observe(o)
		if r := s.Result(); r.Below != nil && r.Reaches != nil && r.Below.N >= r.Reaches.N {
			t.Fatalf("%d falls short and %d does not", r.Below.N, r.Reaches.N)
		}
	}
	if most := Most(from, to); valid > most || most > 2+bits.Len(uint(to-from)) {
		t.Fatalf("%d points of at most %d from %d to %d", valid, most, from, to)
	}
	return s.Result()
}

// saturating grows up to a ceiling, as a pool of workers does.
func saturating(t *rapid.T) func(n int) float64 {
	slope := rapid.Float64Range(0.1, 20).Draw(t, "slope")
	ceiling := rapid.Float64Range(1, 5000).Draw(t, "ceiling")
	return func(n int) float64 { return min(slope*float64(n), ceiling) }
}

func bounds(t *rapid.T) (from, to int) {
	from = rapid.IntRange(1, 500).Draw(t, "from")
	return from, from + rapid.IntRange(1, 5000).Draw(t, "width")
}

func TestTheBracketHoldsTheCrossing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := saturating(t)
		from, to := bounds(t)
		target := rapid.Float64Range(0.1, 6000).Draw(t, "target")
		r := run(t, target, from, to, func(n, _ int) Observation { return Observation{Value: f(n)} })
		switch r.Status {
		case Never:
			if f(to) >= target {
				t.Fatalf("%v is reached", target)
			}
		case Lowest:
			if f(from) < target || r.Reaches.N != from {
				t.Fatalf("%v is not reached at %d", target, from)
			}
		case Found:
			if r.Reaches.N != r.Below.N+1 || f(r.Below.N) >= target || f(r.Reaches.N) < target {
				t.Fatalf("%v is not between %+v and %+v", target, r.Below, r.Reaches)
			}
		default:
			t.Fatalf("ended %s", r.Status)
		}
	})
}

func TestNoiseMovesTheBracketByItsOwnSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := saturating(t)
		from, to := bounds(t)
		target := rapid.Float64Range(0.1, 6000).Draw(t, "target")
		speed := rapid.SliceOfN(rapid.Float64Range(0.9, 1.1), 32, 32).Draw(t, "speed")
		r := run(t, target, from, to, func(n, step int) Observation {
			return Observation{Value: f(n) * speed[step%len(speed)]}
		})
		if r.Below != nil && f(r.Below.N) > target*1.12 {
			t.Fatalf("%v at %d falls short of %v", f(r.Below.N), r.Below.N, target)
		}
		if r.Reaches != nil && f(r.Reaches.N) < target*0.9 {
			t.Fatalf("%v at %d reaches %v", f(r.Reaches.N), r.Reaches.N, target)
		}
		if r.Status == Found && r.Reaches.N != r.Below.N+1 {
			t.Fatalf("%+v and %+v are no neighbours", r.Below, r.Reaches)
		}
	})
}

// What is invalid once changes nothing but the time; what is invalid again ends it.
func TestInvalidPointsDoNotCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := saturating(t)
		from, to := bounds(t)
		target := rapid.Float64Range(0.1, 6000).Draw(t, "target")
		clean := run(t, target, from, to, func(n, _ int) Observation { return Observation{Value: f(n)} })
		seen := map[int]bool{}
		noisy := run(t, target, from, to, func(n, _ int) Observation {
			if !seen[n] {
				seen[n] = true
				return Observation{Value: math.MaxFloat64, Invalid: "noise"}
			}
			return Observation{Value: f(n)}
		})
		if noisy.Status != clean.Status || noisy.Reaches != nil && *noisy.Reaches != *clean.Reaches {
			t.Fatalf("%+v, without invalid points %+v", noisy, clean)
		}
		blocked := run(t, target, from, to, func(int, int) Observation { return Observation{Invalid: "noise"} })
		if blocked.Status != Blocked || len(blocked.Points) != maxInvalid {
			t.Fatalf("got %+v", blocked)
		}
	})
}
