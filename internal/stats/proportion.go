package stats

import "gonum.org/v1/gonum/stat/distuv"

// ClopperPearson is the exact interval of a share of which k of n were seen: whatever the
// true share is, it is covered with at least the given confidence (0.95: 95%, half of the
// rest on either side). Of nothing (n = 0) it is everything, 0 to 1.
//
// Source: C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits
// illustrated in the case of the binomial, Biometrika 26 (1934), by quantiles of the beta
// distribution.
func ClopperPearson(k, n int, confidence float64) Interval {
	tail := (1 - confidence) / 2
	i := Interval{Lo: 0, Hi: 1}
	if k > 0 {
		i.Lo = distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.Quantile(tail)
	}
	if k < n {
		i.Hi = distuv.Beta{Alpha: float64(k + 1), Beta: float64(n - k)}.Quantile(1 - tail)
	}
	return i
}
