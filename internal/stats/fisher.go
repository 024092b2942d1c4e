package stats

import "math"

// FisherGreater is the exact one-sided probability that, if both failed equally often, at
// least a of the a+b failures fall to the first: a of n failed here, b of m there. Small
// means that the first fails more often. It is 1 where nothing failed; a and b are at most n
// and m.
//
// Source: R. A. Fisher, The Design of Experiments (1935), chapter II; the tail of the
// hypergeometric distribution is summed up on the side away from its middle.
func FisherGreater(a, n, b, m uint64) float64 {
	failed := a + b
	lowest := failed - min(m, failed) // that the first must have
	if a <= lowest {
		return 1
	}
	h := hypergeometric{n: float64(n), m: float64(m), failed: float64(failed)}
	if float64(a)*(h.n+h.m) > h.failed*h.n { // more than expected
		return min(1, h.up(float64(a), float64(min(failed, n))))
	}
	return max(0, 1-h.down(float64(a-1), float64(lowest)))
}

// hypergeometric is how failures fall to n and m.
type hypergeometric struct{ n, m, failed float64 }

// at is the probability that x fall to the first.
func (h hypergeometric) at(x float64) float64 {
	return math.Exp(choose(h.n, x) + choose(h.m, h.failed-x) - choose(h.n+h.m, h.failed))
}

// up is the probability of x to last, each term from the one before.
func (h hypergeometric) up(x, last float64) float64 {
	term := h.at(x)
	sum := term
	for ; x < last && term > sum*1e-17; x++ {
		term *= (h.failed - x) * (h.n - x) / ((x + 1) * (h.m - h.failed + x + 1))
		sum += term
	}
	return sum
}

// down is the probability of x down to last.
func (h hypergeometric) down(x, last float64) float64 {
	term := h.at(x)
	sum := term
	for ; x > last && term > sum*1e-17; x-- {
		term *= x * (h.m - h.failed + x) / ((h.failed - x + 1) * (h.n - x + 1))
		sum += term
	}
	return sum
}

// choose is the logarithm of the number of ways to choose k of n.
func choose(n, k float64) float64 {
	lgamma := func(x float64) float64 { v, _ := math.Lgamma(x + 1); return v }
	return lgamma(n) - lgamma(k) - lgamma(n-k)
}
