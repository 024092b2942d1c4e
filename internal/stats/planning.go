package stats

import "gonum.org/v1/gonum/stat/distuv"

// MaxPlanned is the largest sample that BlocksFor plans.
const MaxPlanned = 1000

// BlocksFor is the size of the sample with which a trimmed mean that is truly distance
// above a limit is called above it, with error alpha, in the given share of cases (power).
// sd is the winsorized standard deviation of such values (Trimmed.Winsorized), in the unit
// of distance; trim is the share cut at either end. ok is false where even MaxPlanned are
// not enough.
//
// It is the planning of a t-test: the smallest n of which the noncentral t distribution
// (degrees of freedom of n, distance/SE(n)) has the power above the critical value (J. Cohen,
// Statistical Power Analysis for the Behavioral Sciences, chapter 2). sd is itself an
// estimate: from eight values it is off by a quarter, and then the result by half.
func BlocksFor(sd, trim, distance, alpha, power float64) (n int, ok bool) {
	if distance <= 0 {
		return 0, false
	}
	// Were sd known, the normal distribution would do: fewer are never enough.
	least := distuv.UnitNormal.Quantile(1-alpha) + distuv.UnitNormal.Quantile(power)
	for n := 2; n <= MaxPlanned; n++ {
		cut := cutOf(n, trim)
		df, away := n-2*cut-1, distance/(sd*shrink(n, cut))
		if df >= 1 && away >= least && beyond(away, alpha, df) >= power {
			return n, true
		}
	}
	return 0, false
}

// beyond is the probability that a t-distributed value whose true place is so many standard
// errors away exceeds what it would exceed by chance with probability alpha.
func beyond(away, alpha float64, df int) float64 {
	return 1 - distuv.NoncentralT{Nu: float64(df), Mu: away}.CDF(studentT(alpha, df))
}
