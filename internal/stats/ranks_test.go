package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/stats"
)

// Depression scores before and after, of Hollander and Wolfe, Nonparametric Statistical
// Methods: the example of R's wilcox.test, which prints V = 40, p-value = 0.01953.
var depression = []float64{1.83 - 0.878, 0.50 - 0.647, 1.62 - 0.598, 2.48 - 2.05, 1.68 - 1.06, 1.88 - 1.29, 1.55 - 1.06, 3.06 - 3.14, 1.30 - 1.29}

func TestRanksExample(t *testing.T) {
	p, ok := stats.SignedRank(depression)
	if !ok {
		t.Fatal("no probability")
	}
	near(t, "p", p, 0.01953, 5e-6)
	centre, _ := stats.HodgesLehmann(depression)
	near(t, "Hodges–Lehmann", centre, 0.46, 1e-12)
}

// The critical values of the one-sided test at 5%, as printed in tables since Wilcoxon: the
// smaller sum may be this, and not one more.
func TestSignedRankTable(t *testing.T) {
	table := map[int]int{5: 0, 6: 2, 7: 3, 8: 5, 9: 8, 10: 10, 11: 13, 12: 17, 13: 21, 14: 25, 15: 30, 16: 35, 20: 60}
	for n, critical := range table {
		at, beyond := tail(t, n, critical), tail(t, n, critical+1)
		if !(at <= 0.05 && 0.05 < beyond) {
			t.Errorf("%d values: probability %v at %d, %v one further", n, at, critical, beyond)
		}
	}
}

// tail is the probability for 1 … n with negative signs whose ranks sum up to negative.
func tail(t *testing.T, n, negative int) float64 {
	xs := make([]float64, n)
	for i := n; i > 0; i-- {
		xs[i-1] = float64(i)
		if i <= negative {
			negative, xs[i-1] = negative-i, -float64(i)
		}
	}
	p, ok := stats.SignedRank(xs)
	if !ok || negative != 0 {
		t.Fatalf("%d: %v, %d left", n, ok, negative)
	}
	return p
}

// Against all 2ⁿ signs, with ties and zeros.
func TestSignedRankByBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SliceOfN(rapid.IntRange(-4, 4), 0, 9).Draw(t, "xs")
		var xs, sizes []float64
		for _, x := range whole {
			xs = append(xs, float64(x))
			if x != 0 {
				sizes = append(sizes, math.Abs(float64(x)))
			}
		}
		rank := func(size float64) (r float64) {
			for _, s := range sizes {
				if s < size {
					r++
				} else if s == size {
					r += 0.5
				}
			}
			return r + 0.5
		}
		seen := 0.0
		for _, x := range xs {
			if x > 0 {
				seen += rank(x)
			}
		}
		as := 0
		for signs := range 1 << len(sizes) {
			sum := 0.0
			for i, s := range sizes {
				if signs>>i&1 == 1 {
					sum += rank(s)
				}
			}
			if sum >= seen {
				as++
			}
		}
		p, ok := stats.SignedRank(xs)
		if ok != (len(sizes) > 0) {
			t.Fatalf("%v: %v", xs, ok)
		}
		if want := float64(as) / float64(int(1)<<len(sizes)); ok && math.Abs(p-want) > 1e-12 {
			t.Fatalf("%v: %v, of all signs %v", xs, p, want)
		}
	})
}

func TestRanksOfWhatIsNoNumber(t *testing.T) {
	if _, ok := stats.SignedRank([]float64{1, math.NaN()}); ok {
		t.Error("NaN has no rank")
	}
	for _, xs := range [][]float64{nil, {1, math.NaN()}, {math.Inf(1)}} {
		if _, ok := stats.HodgesLehmann(xs); ok {
			t.Errorf("%v has no centre", xs)
		}
	}
}

func TestHodgesLehmannLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := samples(t, 1, 20)
		moved := make([]float64, len(xs))
		for i, x := range xs {
			moved[len(xs)-1-i] = 5 - 2*x
		}
		a, _ := stats.HodgesLehmann(xs)
		b, ok := stats.HodgesLehmann(moved)
		if !ok || a < xs[0] || a > xs[len(xs)-1] || math.Abs(b-(5-2*a)) > 1e-6 {
			t.Fatalf("%v, moved %v", a, b)
		}
	})
}
