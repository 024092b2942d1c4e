package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/stats"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func trimmed(t rapid.TB, xs []float64, share float64) stats.Trimmed {
	t.Helper()
	m, ok := stats.TrimmedMean(xs, share)
	if !ok {
		t.Fatalf("no trimmed mean of %v", xs)
	}
	return m
}

// Without trimming it is Student's t. The hours of sleep that a drug added, from his paper of
// 1908, as R's t.test(extra ~ group, data = sleep, paired = TRUE) prints them.
func TestTrimmedMeanOfNothingTrimmed(t *testing.T) {
	m := trimmed(t, []float64{1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4}, 0)
	near(t, "mean", m.Mean, 1.58, 1e-12)
	near(t, "t", m.Mean/m.SE, 4.0621, 5e-5)
	near(t, "lower", m.Lower(0.025), 0.7001142, 5e-8)
	near(t, "upper", m.Upper(0.025), 2.4598858, 5e-8)
}

// Yuen's statistic of two samples is the difference of the trimmed means over the root of
// the sum of the squared errors. Values of R's packages multicon and PairedData, and of
// SAS, as SciPy's tests of ttest_ind(trim=…) cite them.
func TestTrimmedMeanAgainstYuen(t *testing.T) {
	statistic := func(a, b []float64, share float64) float64 {
		x, y := trimmed(t, a, share), trimmed(t, b, share)
		return (x.Mean - y.Mean) / math.Hypot(x.SE, y.SE)
	}
	a := []float64{2.7, 2.7, 1.1, 3.0, 1.9, 3.0, 3.8, 3.8, 0.3, 1.9, 1.9}
	b := []float64{6.5, 5.4, 8.1, 3.5, 0.5, 3.8, 6.8, 4.9, 9.5, 6.2, 4.1}
	m := trimmed(t, a, 0.2)
	near(t, "mean of a", m.Mean, 2.442857142857143, 1e-14)
	near(t, "mean of b", trimmed(t, b, 0.2).Mean, 5.385714285714286, 1e-14)
	near(t, "statistic", statistic(a, b, 0.2), -4.246116897032513, 1e-13)
	if m.N != 11 || m.Cut != 2 || m.DF != 6 {
		t.Errorf("%+v", m)
	}
	a = []float64{12, 14, 18, 25, 32, 44, 12, 14, 18, 25, 32, 44}
	b = []float64{17, 22, 14, 12, 30, 29, 19, 17, 22, 14, 12, 30, 29, 19}
	near(t, "statistic of SAS", statistic(a, b, 0.09), 0.669169, 1e-6)
}

// The law school scores of R. R. Wilcox, Introduction to Robust Estimation, whose standard
// error of one sample is s_w/((1 − 2γ)√n): from the same s_w.
func TestTrimmedMeanAgainstWilcox(t *testing.T) {
	scores := []float64{545, 555, 558, 572, 575, 576, 578, 580, 594, 605, 635, 651, 653, 661, 666}
	m := trimmed(t, scores, 0.2)
	near(t, "mean", m.Mean, 596.2, 0.05)
	se := m.Winsorized() / (0.6 * math.Sqrt(15))
	near(t, "standard error", se, 14.92, 0.005)
	near(t, "lower", m.Mean-(m.Mean-m.Lower(0.025))/m.SE*se, 561.8, 0.05)
	near(t, "upper", m.Mean+(m.Upper(0.025)-m.Mean)/m.SE*se, 630.6, 0.05)
}

// The bounds are in units of the standard error what tables of Student's t print.
func TestBoundsAgainstTables(t *testing.T) {
	for _, c := range []struct {
		df    int
		alpha float64
		want  float64
	}{
		{1, 0.05, 6.314}, {1, 0.0005, 636.619}, {2, 0.01, 6.965}, {3, 0.001, 10.215}, {5, 0.05, 2.015},
		{5, 0.001, 5.893}, {7, 0.0005, 5.408}, {9, 0.025, 2.262}, {10, 0.0005, 4.587}, {15, 0.005, 2.947}, {30, 0.001, 3.385},
	} {
		m := stats.Trimmed{Mean: 3, SE: 1, DF: c.df}
		near(t, "upper", m.Upper(c.alpha)-3, c.want, 5.1e-4)
		near(t, "lower", 3-m.Lower(c.alpha), c.want, 5.1e-4)
	}
}

func TestTrimmedMeanIsAbsent(t *testing.T) {
	for _, xs := range [][]float64{nil, {1}, {1, math.NaN(), 2}, {1, 2, math.Inf(1)}} {
		if m, ok := stats.TrimmedMean(xs, 0.2); ok {
			t.Errorf("%v: %+v", xs, m)
		}
	}
	for _, share := range []float64{0.5, -0.1} {
		if m, ok := stats.TrimmedMean([]float64{1, 2, 3, 4}, share); ok {
			t.Errorf("share %v: %+v", share, m)
		}
	}
}

// Moving and stretching the sample moves and stretches mean and bounds; turning it around
// swaps them; the order is of no account; one wild value moves no bound beyond any limit.
func TestTrimmedMeanLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-100, 100), 5, 40).Draw(t, "xs")
		by, move := rapid.Float64Range(0.1, 10).Draw(t, "by"), rapid.Float64Range(-100, 100).Draw(t, "move")
		alpha := rapid.Float64Range(1e-5, 0.5).Draw(t, "alpha")
		turned, moved := make([]float64, len(xs)), make([]float64, len(xs))
		for i, x := range xs {
			turned[len(xs)-1-i], moved[i] = -x, by*x+move
		}
		m := trimmed(t, xs, 0.2)
		tr, mv := trimmed(t, turned, 0.2), trimmed(t, moved, 0.2)
		same := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
				t.Fatalf("%s: %v, want %v", what, got, want)
			}
		}
		same("turned", tr.Lower(alpha), -m.Upper(alpha))
		same("moved", mv.Upper(alpha), by*m.Upper(alpha)+move)
		same("winsorized", mv.Winsorized(), by*m.Winsorized())
		if !(m.Lower(alpha) <= m.Mean && m.Mean <= m.Upper(alpha)) {
			t.Fatalf("%v outside of its bounds", m)
		}
		wild := append([]float64(nil), xs...)
		wild[0] = 1e12
		if w := trimmed(t, wild, 0.2); w.Mean > 100 || w.SE > 1000 {
			t.Fatalf("one wild value: %+v", w)
		}
	})
}
