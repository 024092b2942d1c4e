package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// byCounting is the distribution of the Mann–Whitney statistic by going through every way
// in which m of m+n ranks can be those of the first sample.
func byCounting(m, n int) []float64 {
	counts, all := make([]float64, m*n+1), 0.0
	for set := range 1 << (m + n) {
		u, first, ofFirst := 0, 0, 0
		for rank := range m + n {
			if set>>rank&1 == 1 {
				first++
				ofFirst++
			} else {
				u += first
			}
		}
		if ofFirst == m {
			counts[u]++
			all++
		}
	}
	for u := range counts {
		counts[u] /= all
	}
	return counts
}

func TestRankSumIsWhatCountingGives(t *testing.T) {
	for m := 1; m <= 7; m++ {
		for n := 1; n <= 7; n++ {
			got, want := rankSum(m, n), byCounting(m, n)
			if len(got) != len(want) {
				t.Fatalf("%d and %d: %d values, want %d", m, n, len(got), len(want))
			}
			for u := range want {
				if math.Abs(got[u]-want[u]) > 1e-14 {
					t.Errorf("%d and %d: P(U = %d) is %v, want %v", m, n, u, got[u], want[u])
				}
			}
		}
	}
}

// The critical values of the two-sided test at 5% as tables of the Mann–Whitney statistic
// print them (U is significant at or below): 5 for 6 and 6, 6 for 6 and 7, 8 for 7 and 7,
// 13 for 8 and 8, 23 for 10 and 10, 127 for 20 and 20.
func TestOutermostIsThatOfTheTables(t *testing.T) {
	for _, c := range []struct{ m, n, critical int }{
		{6, 6, 5}, {6, 7, 6}, {7, 7, 8}, {8, 8, 13}, {10, 10, 23}, {20, 20, 127},
	} {
		got, missed := outermost(rankSum(c.m, c.n), 0.025)
		if got-1 != c.critical || missed > 0.025 {
			t.Errorf("%d and %d: %d (missed %v), tables say %d", c.m, c.n, got-1, missed, c.critical)
		}
	}
	if c, missed := outermost(rankSum(3, 3), 0.025); c != 0 || missed != 0 {
		t.Errorf("three and three cannot tell: %d, %v", c, missed)
	}
	// 19 of the 924 ways have U ≤ 5.
	if _, missed := outermost(rankSum(6, 6), 0.025); math.Abs(missed-19.0/924) > 1e-15 {
		t.Errorf("missed %v, want 19/924", missed)
	}
}

func TestShiftExample(t *testing.T) {
	a := []float64{1, 2, 3, 4, 5, 6}
	b := []float64{11, 12, 13, 14, 15, 16}
	s, ok := Shift(a, b, 0.95)
	// The differences are 5 (once), 6 (twice), 7 (three times), … : the sixth is 7, the
	// sixth from above 13.
	want := TwoSample{Estimate: 10, Interval: Interval{7, 13}, Confidence: 1 - 38.0/924, Trials: [2]int{6, 6}}
	if !ok || s.Estimate != want.Estimate || s.Interval != want.Interval || s.Trials != want.Trials ||
		math.Abs(s.Confidence-want.Confidence) > 1e-14 {
		t.Errorf("%+v %v, want %+v", s, ok, want)
	}
	if _, ok := Shift(a[:5], b, 0.95); ok {
		t.Error("five trials say nothing")
	}
	if _, ok := Shift(a, b, 0.999); ok {
		t.Error("six trials cannot be as sure as that: 2 of 924 ways are more than 0.1%")
	}
	if _, ok := ShiftRatio([]float64{0, 1, 1, 1, 1, 1}, b, 0.95); ok {
		t.Error("a ratio to zero")
	}
}

// Shift of b against a is the inverse of a against b; what scales one scales it.
func TestShiftInvertsAndScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) []float64 {
			return rapid.SliceOfN(rapid.Float64Range(0.5, 50), MinTrials, 12).Draw(t, name)
		}
		a, b := draw("a"), draw("b")
		ab, ok1 := ShiftRatio(a, b, 0.95)
		ba, ok2 := ShiftRatio(b, a, 0.95)
		near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*math.Abs(y) }
		if !ok1 || !ok2 || !near(ab.Estimate*ba.Estimate, 1) || !near(ab.Interval.Lo*ba.Interval.Hi, 1) ||
			!near(ab.Interval.Hi*ba.Interval.Lo, 1) || ab.Interval.Contains(1) != ba.Interval.Contains(1) {
			t.Fatalf("%+v and %+v", ab, ba)
		}
		if ab.Estimate < ab.Interval.Lo || ab.Estimate > ab.Interval.Hi || ab.Confidence < 0.95 {
			t.Fatalf("%+v", ab)
		}
		tripled := slices.Clone(b)
		for i := range tripled {
			tripled[i] *= 3
		}
		if s, _ := ShiftRatio(a, tripled, 0.95); !near(s.Estimate, 3*ab.Estimate) || !near(s.Interval.Lo, 3*ab.Interval.Lo) {
			t.Fatalf("tripled: %+v, was %+v", s, ab)
		}
		if same, _ := Shift(a, a, 0.95); !same.Interval.Contains(0) || same.Estimate != 0 {
			t.Fatalf("a sample differs from itself: %+v", same)
		}
	})
}

// The interval covers the true shift as often as it says, for a skewed distribution.
func TestShiftCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const runs = 8000
	hit, says := 0, 0.0
	for range runs {
		a, b := make([]float64, 6), make([]float64, 7)
		for i := range a {
			a[i] = rng.ExpFloat64()
		}
		for i := range b {
			b[i] = 5 + rng.ExpFloat64()
		}
		s, _ := Shift(a, b, 0.95)
		says = s.Confidence
		if s.Interval.Contains(5) {
			hit++
		}
	}
	if got := float64(hit) / runs; math.Abs(got-says) > 0.009 {
		t.Errorf("covers in %v of cases, says %v", got, says)
	}
}
