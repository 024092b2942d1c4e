package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/stats"
)

func samples(t *rapid.T, lo, hi int) []float64 {
	xs := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), lo, hi).Draw(t, "xs")
	slices.Sort(xs)
	return xs
}

func TestQuantileHasItsShareBelowAndTenBeyond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := samples(t, 0, 400)
		q := rapid.Float64Range(0.001, 0.999).Draw(t, "q")
		v, ok := stats.Quantile(xs, q)
		if want := len(xs) >= stats.Needed(q); ok != want {
			t.Fatalf("%d samples, q %v: ok is %v, needed says %d", len(xs), q, ok, stats.Needed(q))
		}
		if !ok {
			return
		}
		n := float64(len(xs))
		atOrBelow, below := 0, 0
		for _, x := range xs {
			if x <= v {
				atOrBelow++
			}
			if x < v {
				below++
			}
		}
		if float64(atOrBelow) < q*n-1e-6*n || float64(below) > q*n+1e-6*n {
			t.Fatalf("q %v: %d at or below, %d below, of %v", q, atOrBelow, below, n)
		}
	})
}

func TestQuantileIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := samples(t, 100, 300)
		a := rapid.Float64Range(0, 0.85).Draw(t, "a")
		b := rapid.Float64Range(a, 0.85).Draw(t, "b")
		va, _ := stats.Quantile(xs, a)
		vb, _ := stats.Quantile(xs, b)
		low, _ := stats.QuantileAtLeast(xs, a, 3)
		if va > vb || low > va {
			t.Fatalf("q %v is %v, q %v is %v, lower bound %v", a, va, b, vb, low)
		}
	})
}

func TestQuantileExamples(t *testing.T) {
	xs := make([]int64, 1000)
	for i := range xs {
		xs[i] = int64(i + 1)
	}
	if v, ok := stats.Quantile(xs, 0.99); !ok || v != 990 {
		t.Errorf("p99 of 1..1000 is %v %v, want 990", v, ok)
	}
	if v, ok := stats.Quantile(xs[:999], 0.99); ok {
		t.Errorf("p99 of 999 samples is %v, want none", v)
	}
	if v, ok := stats.Quantile(xs, 0.5); !ok || v != 500 {
		t.Errorf("p50 is %v %v, want 500", v, ok)
	}
	if n := stats.Needed(0.99); n != 1000 {
		t.Errorf("p99 needs %d samples, want 1000", n)
	}
	if n := stats.Needed(0.5); n != 20 {
		t.Errorf("p50 needs %d samples, want 20", n)
	}
	if v, ok := stats.QuantileAtLeast(xs, 0.99, 3); !ok || v != 980 {
		t.Errorf("3 standard errors below p99 is %v %v, want 980", v, ok)
	}
	if q, ok := stats.Supported(1000); !ok || q != 0.99 {
		t.Errorf("1000 samples support %v %v, want 0.99", q, ok)
	}
	if _, ok := stats.Supported(10); ok {
		t.Error("10 samples support nothing")
	}
}

func TestMedianSplitsTheSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := samples(t, 1, 50)
		m, ok := stats.Median(xs)
		if !ok {
			t.Fatal("no median")
		}
		above, below := 0, 0
		for _, x := range xs {
			if x > m {
				above++
			}
			if x < m {
				below++
			}
		}
		if above > len(xs)/2 || below > len(xs)/2 {
			t.Fatalf("%d above, %d below of %d", above, below, len(xs))
		}
		if i, ok := stats.MinMax(xs); ok != (len(xs) >= 6) || ok && !i.Contains(m) {
			t.Fatalf("interval %v %v does not hold the median %v", i, ok, m)
		}
	})
}

func TestMedianOfNothingAndOfTheUnbounded(t *testing.T) {
	if _, ok := stats.Median(nil); ok {
		t.Error("nothing has a median")
	}
	if m, _ := stats.Median([]float64{1, math.Inf(1)}); !math.IsInf(m, 1) {
		t.Errorf("median is %v, want +Inf", m)
	}
	if m, _ := stats.Median([]float64{math.Inf(1), 1, 2}); m != 2 {
		t.Errorf("median is %v, want 2", m)
	}
}

// The closed form against a simulation with a skewed distribution.
func TestCoverage(t *testing.T) {
	if c := stats.Coverage(6); c != 0.96875 {
		t.Errorf("coverage of six is %v", c)
	}
	if stats.Coverage(0) != 0 || stats.Coverage(1) != 0 {
		t.Error("one trial covers nothing")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	const runs = 20000
	hit := 0
	for range runs {
		xs := make([]float64, 6)
		for i := range xs {
			xs[i] = rng.ExpFloat64()
		}
		if i, _ := stats.MinMax(xs); i.Contains(math.Ln2) {
			hit++
		}
	}
	if got := float64(hit) / runs; math.Abs(got-stats.Coverage(6)) > 0.006 {
		t.Errorf("simulated coverage %v, closed form %v", got, stats.Coverage(6))
	}
}

func TestRatiosInvertAndScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		a, b, scaled := map[int]float64{}, map[int]float64{}, map[int]float64{}
		for i := range n {
			a[i] = rapid.Float64Range(0.5, 50).Draw(t, "a")
			b[i] = rapid.Float64Range(0.5, 50).Draw(t, "b")
			scaled[i] = 3 * a[i]
		}
		b[n+1] = 7 // only one has this trial
		ab, _ := stats.Ratios(a, b)
		ba, _ := stats.Ratios(b, a)
		s, _ := stats.Ratios(scaled, b)
		if ab.Pairs != n || ab.ToldApart() != ba.ToldApart() {
			t.Fatalf("%+v against %+v", ab, ba)
		}
		if math.Abs(s.Median-3*ab.Median) > 1e-9*s.Median {
			t.Fatalf("scaled by 3: %v, was %v", s.Median, ab.Median)
		}
		if ab.Interval != nil && math.Abs(ab.Interval.Lo*ba.Interval.Hi-1) > 1e-9 {
			t.Fatalf("intervals do not invert: %v %v", *ab.Interval, *ba.Interval)
		}
	})
}

func TestRatiosTellApart(t *testing.T) {
	of := func(xs ...float64) map[int]float64 {
		m := map[int]float64{}
		for i, x := range xs {
			m[i+1] = x
		}
		return m
	}
	one := of(1, 1, 1, 1, 1, 1)
	check := func(a map[int]float64, want bool, warnings int) {
		t.Helper()
		r, ok := stats.Ratios(a, one)
		if !ok || r.ToldApart() != want || len(r.Warnings) != warnings {
			t.Errorf("%v: %+v", a, r)
		}
	}
	check(of(2, 2, 2, 2, 2, 1.01), true, 0)
	check(of(2, 2, 2, 2, 2, 0.99), false, 0)
	check(of(2, 2, 2, 2, 2), false, 1) // too few, however clear
	check(of(1, 1, 1, 1, 1, 1), false, 0)
	if _, ok := stats.Ratios(of(1), of(0)); ok {
		t.Error("a ratio to zero")
	}
	if r, _ := stats.Ratios(of(1, 1), of(0, 1)); r.Pairs != 1 || len(r.Warnings) != 2 {
		t.Errorf("%+v", r)
	}
}

// Trials of slices: a/b of every trial is the geometric mean over the slices that
// both have, the inverse of b/a, and what is left out is said.
func TestSlicedRatios(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) map[int]map[int]float64 {
			return rapid.MapOfN(rapid.IntRange(1, 8), rapid.MapOfN(rapid.IntRange(1, 4),
				rapid.Float64Range(0.1, 100), 1, 4), 1, 8).Draw(t, name)
		}
		a, b := draw("a"), draw("b")
		r, ok := stats.SlicedRatios(a, b)
		inverse, ok2 := stats.SlicedRatios(b, a)
		pairs, lo, hi := 0, math.Inf(1), math.Inf(-1)
		for trial, slices := range a {
			both := false
			for slice, x := range slices {
				if y, there := b[trial][slice]; there {
					both, lo, hi = true, min(lo, x/y), max(hi, x/y)
				}
			}
			if both {
				pairs++
			}
		}
		if ok != ok2 || ok != (pairs > 0) || r.Pairs != pairs || inverse.Pairs != pairs {
			t.Fatalf("%+v, inverse %+v, of %d pairs", r, inverse, pairs)
		}
		if ok && (r.Median < lo*(1-1e-9) || r.Median > hi*(1+1e-9)) {
			t.Fatalf("%v lies outside %v to %v", r.Median, lo, hi)
		}
		if pairs%2 == 1 && math.Abs(r.Median*inverse.Median-1) > 1e-9 {
			t.Fatalf("%v and its inverse %v", r.Median, inverse.Median)
		}
	})
	r, ok := stats.SlicedRatios(map[int]map[int]float64{1: {1: 2, 2: 8, 3: 0}}, map[int]map[int]float64{1: {1: 1, 2: 1, 3: 5, 4: 9}})
	if !ok || math.Abs(r.Median-4) > 1e-12 || len(r.Warnings) == 0 {
		t.Errorf("√(2 × 8) = 4, a zero left out: %+v", r)
	}
}
