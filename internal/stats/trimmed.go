package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Trimmed is a trimmed mean with its standard error: what is left of a sample when a
// share is cut off at either end. A few wild values move it little, and unlike the
// median it wastes little of the others.
//
// Source: K. K. Yuen, The two-sample trimmed t for unequal population variances,
// Biometrika 61 (1974), here for one sample: with n values, g cut at either end and
// h = n − 2g left, SE = s_w·√((n−1)/(h(h−1))), s_w the standard deviation of the sample
// whose g smallest and g largest values were drawn in to their neighbours (winsorized).
// (Mean − µ)/SE is about Student-t distributed with h − 1 degrees of freedom. How nearly,
// simulated with 6 to 24 values: a bound of 5% errs 1.03 to 1.12 times as often with normal
// values, one of 0.1% up to 1.5 times; with heavier tails (t with 3 degrees) both err less
// often than they say.
type Trimmed struct {
	Mean float64 // of those that are left
	SE   float64 // of Mean; 0 where those that are left, and their neighbours, are all equal
	DF   int     // degrees of freedom, h − 1
	N    int     // values in all
	Cut  int     // at either end, g
}

// TrimmedMean is the mean of xs without a share of them (0 to below 0.5) at either end; 0 is
// the plain mean. ok is false where fewer than two are left, or a value is not finite.
func TrimmedMean(xs []float64, share float64) (t Trimmed, ok bool) {
	n := len(xs)
	cut := cutOf(n, share)
	left := n - 2*cut
	if share < 0 || left < 2 || slices.ContainsFunc(xs, notFinite) {
		return Trimmed{}, false
	}
	sorted := slices.Sorted(slices.Values(xs))
	t = Trimmed{Mean: mean(sorted[cut : n-cut]), DF: left - 1, N: n, Cut: cut}
	for i := range cut {
		sorted[i], sorted[n-1-i] = sorted[cut], sorted[n-1-cut]
	}
	t.SE = deviation(sorted) * shrink(n, cut)
	return t, true
}

// Margin is how far from the mean the one-sided bounds lie that err with probability alpha.
func (t Trimmed) Margin(alpha float64) float64 { return studentT(alpha, t.DF) * t.SE }

// Lower is the one-sided bound that lies above the true value with probability alpha.
func (t Trimmed) Lower(alpha float64) float64 { return t.Mean - t.Margin(alpha) }

// Upper is the one-sided bound that lies below the true value with probability alpha.
func (t Trimmed) Upper(alpha float64) float64 { return t.Mean + t.Margin(alpha) }

// Winsorized is s_w, the standard deviation of the winsorized sample.
func (t Trimmed) Winsorized() float64 { return t.SE / shrink(t.N, t.Cut) }

// shrink is by how much the standard error of n values is smaller than s_w.
func shrink(n, cut int) float64 {
	h := float64(n - 2*cut)
	return math.Sqrt(float64(n-1) / (h * (h - 1)))
}

// cutOf is the number cut at either end. The tolerance keeps 0.29·100, which is
// 28.999999999999996 in binary, at 29.
func cutOf(n int, share float64) int { return int(math.Floor(share*float64(n) + 1e-9)) }

// studentT is what a t-distributed value exceeds with probability alpha. It comes from the
// lower tail, where a small probability has all its digits.
func studentT(alpha float64, df int) float64 {
	return -distuv.StudentsT{Sigma: 1, Nu: float64(df)}.Quantile(alpha)
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// deviation is the standard deviation, with n − 1.
func deviation(xs []float64) float64 {
	m, sum := mean(xs), 0.0
	for _, x := range xs {
		sum += (x - m) * (x - m)
	}
	return math.Sqrt(sum / float64(len(xs)-1))
}

func notFinite(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }
