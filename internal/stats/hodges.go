package stats

import "slices"

// HodgesLehmann is the median of the means of all pairs of xs, each value with itself
// included: the estimate of the centre that goes with SignedRank, in the unit of xs. ok is
// false where there are none, or one is not finite.
//
// Source: J. L. Hodges, E. L. Lehmann, Estimates of location based on rank tests, Annals
// of Mathematical Statistics 34 (1963). Its cost grows with the square of the sample.
func HodgesLehmann(xs []float64) (estimate float64, ok bool) {
	if slices.ContainsFunc(xs, notFinite) {
		return 0, false
	}
	means := make([]float64, 0, len(xs)*(len(xs)+1)/2)
	for i, x := range xs {
		for _, y := range xs[i:] {
			means = append(means, x/2+y/2)
		}
	}
	return Median(means)
}
