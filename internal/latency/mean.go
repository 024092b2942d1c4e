package latency

import (
	"math"
	"time"
)

// Quantiler is whatever has quantiles: a Dist, or a combination of several that
// has no notation of its own (Cut, MaxOf, SumOf).
type Quantiler interface {
	Quantile(u float64) time.Duration // as in Dist
}

// meaner is a distribution that knows its mean from those of its parts.
type meaner interface{ mean() time.Duration }

// Mean is the expected delay of d, to about 0.01%.
func Mean(d Quantiler) time.Duration {
	if m, ok := d.(meaner); ok {
		return m.mean()
	}
	if m, ok := d.(maximum); ok {
		return MeanOfMax(m...)
	}
	return MeanOfMax(d)
}

// MeanOfMax is the expected maximum of independent draws: how long a concurrent
// fan-out takes. It needs nothing but the quantile functions:
//
//	E[max] = ∫ 1 − G(x) dx,  G = F₁ F₂ … Fₘ
//
// by the trapezoidal rule over the quantiles of all parts, each Fᵢ being Qᵢ
// inverted by bisection. Left and right limits are kept apart at each node, so
// that the jumps of a constant or a trace cost no accuracy. Of no draws at all it is 0.
func MeanOfMax(ds ...Quantiler) time.Duration {
	if longest, ok := allConstant(ds); ok {
		return longest
	}
	curves := make([]curve, len(ds))
	for i, d := range ds {
		curves[i] = curveOf(d)
	}
	sum, last := 0.0, time.Duration(0)
	_, right := limits(curves, 0)
	for _, x := range nodes(curves)[1:] {
		left, next := limits(curves, x)
		sum += (1 - right + 1 - left) / 2 * float64(x-last)
		right, last = next, x
	}
	return time.Duration(math.Round(sum))
}

func allConstant(ds []Quantiler) (longest time.Duration, ok bool) {
	for _, d := range ds {
		c, isConstant := d.(constant)
		if !isConstant {
			return 0, false
		}
		longest = max(longest, c.d)
	}
	return longest, true
}

// product is the distribution function of the maximum at x.
func product(ds []Quantiler, x time.Duration, holds func(q, x time.Duration) bool) float64 {
	p := 1.0
	for _, d := range ds {
		p *= share(d, x, holds)
	}
	return p
}

func atMost(q, x time.Duration) bool { return q <= x } // gives F(x)
func below(q, x time.Duration) bool  { return q < x }  // gives F(x−)

// share is the largest u for which Quantile(u) holds against x.
func share(d Quantiler, x time.Duration, holds func(q, x time.Duration) bool) float64 {
	if !holds(d.Quantile(0), x) {
		return 0
	}
	if holds(d.Quantile(math.Nextafter(1, 0)), x) {
		return 1
	}
	return bisect(d, x, holds, 0, 1, 3e-14)
}

// bisect is the share between lo, where Quantile holds against x, and hi, where it
// does not: too low by no more than an error times what lies beyond it.
func bisect(d Quantiler, x time.Duration, holds func(q, x time.Duration) bool, lo, hi, err float64) float64 {
	for hi-lo > err*(1-lo) {
		middle := (lo + hi) / 2
		if middle <= lo || middle >= hi { // neighbours
			break
		}
		if holds(d.Quantile(middle), x) {
			lo = middle
		} else {
			hi = middle
		}
	}
	return lo
}
