// Package stats is the statistics of notifybench: exact order statistics of
// requests, the median of a few trials with its min–max interval, and paired
// ratios of trials that were interleaved.
//
// These assume nothing about the shape of a distribution: latencies are bimodal
// and trials are few. For values that are themselves ratios over many requests, as
// those of the gate, there is more: a trimmed mean with its t bounds, which wants
// no more than a middle and no wild skew, rank tests beside it, how an error is
// spent over several looks, and how many values it takes to see something. What cannot be said from a sample is not said: a quantile
// without enough samples beyond it, or an interval from too few trials, is
// reported as absent (ok = false), never as a number. Warnings are data: they
// travel with the result.
//
// Everything here is pure; units are those of the arguments.
package stats

import (
	"math"
	"slices"
)

// MinTrials is the number of trials from which min–max is claimed to cover the
// median (97% at six), and below which no order is claimed either.
const MinTrials = 6

// Interval is a closed interval.
type Interval struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// Contains says whether x lies within.
func (i Interval) Contains(x float64) bool { return i.Lo <= x && x <= i.Hi }

// Coverage is the probability that the smallest and the largest of n
// independent trials enclose the median of whatever they are drawn from:
// 1 − 2·(1/2)ⁿ, for any continuous distribution.
func Coverage(n int) float64 {
	if n < 1 {
		return 0
	}
	return 1 - math.Exp2(float64(1-n))
}

// Median is the middle of xs, the mean of the two middle ones where their number
// is even; ok is false when there are none.
func Median(xs []float64) (m float64, ok bool) {
	n := len(xs)
	if n == 0 {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(xs))
	if n%2 == 1 {
		return sorted[n/2], true
	}
	lo, hi := sorted[n/2-1], sorted[n/2]
	if math.IsInf(hi, 1) { // half of them are unbounded: so is the middle
		return hi, true
	}
	return lo + (hi-lo)/2, true
}

// MinMax is the interval from the smallest to the largest of xs. With fewer than
// MinTrials it would not cover the median with 97%, and ok is false.
func MinMax(xs []float64) (i Interval, ok bool) {
	if len(xs) < MinTrials {
		return Interval{}, false
	}
	return Interval{slices.Min(xs), slices.Max(xs)}, true
}
