package stats

import (
	"cmp"
	"math"
)

// MinBeyond is the number of samples that must lie beyond a quantile for it to
// be printed: with fewer, it is a statement about a handful of requests.
const MinBeyond = 10

// Quantile is the q-quantile of sorted by nearest rank, an element of the
// sample: the smallest one with at least a share q of all at or below it. ok is
// false when fewer than MinBeyond samples lie beyond it.
func Quantile[T cmp.Ordered](sorted []T, q float64) (v T, ok bool) {
	r := rank(len(sorted), q)
	if r < 1 || len(sorted)-r < MinBeyond {
		return v, false
	}
	return sorted[r-1], true
}

// QuantileAtLeast is the order statistic z standard errors of the rank below
// Quantile: the quantile of what was sampled from is hardly lower. It is for
// limits that should fire only when the excess is more than chance.
func QuantileAtLeast[T cmp.Ordered](sorted []T, q, z float64) (v T, ok bool) {
	n := float64(len(sorted))
	if _, ok = Quantile(sorted, q); !ok {
		return v, false
	}
	r := int(math.Floor(n*q - z*math.Sqrt(n*q*(1-q))))
	return sorted[max(r, 1)-1], true
}

// Supported is the highest quantile that n samples support; ok is false when
// they support none.
func Supported(n int) (q float64, ok bool) {
	if n <= MinBeyond {
		return 0, false
	}
	return 1 - float64(MinBeyond)/float64(n), true
}

// Needed is the number of samples from which Quantile prints q.
func Needed(q float64) int {
	n := int(math.Ceil(MinBeyond/(1-q) - 1e-6))
	for n-rank(n, q) < MinBeyond {
		n++
	}
	return n
}

// rank is the nearest rank, from 1. The tolerance keeps 0.99·1000, which is
// 990.0000000000001 in binary, at 990.
func rank(n int, q float64) int {
	if n == 0 || q < 0 || q > 1 || math.IsNaN(q) {
		return 0
	}
	return max(1, int(math.Ceil(q*float64(n)-1e-9*float64(n))))
}
