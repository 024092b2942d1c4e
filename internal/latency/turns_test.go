package latency

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// One at once is the sum; as many as there are, the longest; constants stay constants.
func TestInTurnsAtItsEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ds := make([]Quantiler, rapid.IntRange(1, 6).Draw(t, "delays"))
		for i := range ds {
			ds[i] = uniform{time.Duration(rapid.IntRange(1, 50).Draw(t, "from")) * ms, 60 * ms}
		}
		sum, longest := SumOf(ds...), MaxOf(ds...)
		for _, u := range []float64{0.01, 0.1, 0.5, 0.9, 0.99} {
			last := sum.Quantile(u)
			if one := InTurns(1, sum, longest).Quantile(u); one != max(last, longest.Quantile(u)) {
				t.Fatalf("at %v one at once takes %v, their sum is %v", u, one, last)
			}
			for n := 2; n <= len(ds); n++ {
				q := InTurns(n, sum, longest).Quantile(u)
				if q > max(last, longest.Quantile(u)) || q < longest.Quantile(u) {
					t.Fatalf("at %v %d at once take %v, one fewer %v", u, n, q, last)
				}
				last = q
			}
		}
	})
	if got := InTurns(10, constant{5000 * ms}, constant{50 * ms}); got != Quantiler(constant{500 * ms}) {
		t.Errorf("100 calls of 50 ms, ten at once: %v", got)
	}
}

// inTurns lets each delay begin as soon as one of n places is free.
func inTurns(n int, delays []time.Duration) time.Duration {
	free := make([]time.Duration, n)
	for _, d := range delays {
		slices.Sort(free)
		free[0] += d
	}
	return slices.Max(free)
}

// No schedule is faster, whatever the delays; the mean of many delays is met nearly.
func TestInTurnsAgainstDraws(t *testing.T) {
	const delays, runs = 100, 2000
	for _, d := range []Quantiler{uniform{20 * ms, 120 * ms}, exponential{50 * ms}, lognormal{45 * ms, 350 * ms}} {
		ten := SumOf(slices.Repeat([]Quantiler{d}, delays/10)...)
		least := InTurns(10, SumOf(slices.Repeat([]Quantiler{ten}, 10)...), MaxOfLike(d, delays))
		var mean float64
		for k := range uint64(runs) {
			drawn := make([]time.Duration, delays)
			for n := range drawn {
				drawn[n] = d.Quantile(Draw(1, k, "push", n+1))
			}
			mean += float64(inTurns(10, drawn)) / runs
		}
		got := float64(Mean(least))
		if got > 1.005*mean || got < 0.7*mean {
			t.Errorf("%v: at least %v, drawn %v", d, time.Duration(got), time.Duration(mean))
		}
	}
}

// The longest of like delays is that of any delays, found sooner.
func TestMaxOfLike(t *testing.T) {
	for _, d := range []Quantiler{uniform{20 * ms, 120 * ms}, exponential{50 * ms}, constant{5 * ms}, newStalls(constant{5 * ms}, 0.25, 20*ms)} {
		for _, n := range []int{1, 2, 7} {
			parts := slices.Repeat([]Quantiler{d}, n)
			like := MaxOfLike(d, n)
			near(t, "mean", Mean(like), float64(MeanOfMax(parts...)), 1e-3)
			for _, u := range []float64{0.01, 0.3, 0.9, 0.999} {
				near(t, "quantile", like.Quantile(u), float64(MaxOf(parts...).Quantile(u)), 1e-5)
			}
		}
	}
}
