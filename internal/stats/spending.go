package stats

import "math"

// Pocock is the part of an error alpha that may have been spent when the share t (0 to 1)
// of all that was planned is known: α·ln(1 + (e−1)·t). It spends much of it early, so that
// what is clear is seen early.
//
// Source: K. K. G. Lan, D. L. DeMets, Discrete sequential boundaries for clinical trials,
// Biometrika 70 (1983), the function that comes close to Pocock's boundaries.
func Pocock(alpha, t float64) float64 {
	return alpha * math.Log1p((math.E-1)*min(max(t, 0), 1))
}

// Spend divides alpha over looks, the ascending sizes of the sample at which one looks: what
// each may spend. They sum up to alpha, so that whatever the looks have to do with each
// other, all of them together err with at most that probability (Bonferroni).
func Spend(alpha float64, looks []int) []float64 {
	parts := make([]float64, len(looks))
	spent := 0.0
	for i, n := range looks {
		now := Pocock(alpha, float64(n)/float64(looks[len(looks)-1]))
		parts[i], spent = now-spent, now
	}
	return parts
}
