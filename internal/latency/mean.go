package latency

import (
	"math"
	"slices"
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
	sum, right := 0.0, 1-product(ds, 0, atMost)
	nodes := nodes(ds)
	for i := 1; i < len(nodes); i++ {
		left := 1 - product(ds, nodes[i], below)
		sum += (right + left) / 2 * float64(nodes[i]-nodes[i-1])
		right = 1 - product(ds, nodes[i], atMost)
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

// kinked is a distribution whose function bends or jumps at known delays.
type kinked interface{ kinks() []time.Duration }

// nodes are the delays at which the integral is evaluated: 0, the kinks, and the
// quantiles of every part on a grid even in the logit of u, dense in both tails. The step
// of 0.04 leaves an error of 0.04²/12 in an exponential tail; the mass beyond
// the last node is e⁻²¹.
func nodes(ds []Quantiler) []time.Duration {
	const step, end = 0.04, 21.0
	list := []time.Duration{0}
	for _, d := range ds {
		if k, ok := d.(kinked); ok {
			list = append(list, k.kinks()...)
		}
		for t := -end; t <= end; t += step {
			list = append(list, d.Quantile(1/(1+math.Exp(-t))))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
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
	lo, hi := 0.0, 1.0
	if !holds(d.Quantile(0), x) {
		return 0
	}
	if holds(d.Quantile(math.Nextafter(1, 0)), x) {
		return 1
	}
	const halvings = 45 // 3e-14
	for range halvings {
		middle := (lo + hi) / 2
		if holds(d.Quantile(middle), x) {
			lo = middle
		} else {
			hi = middle
		}
	}
	return lo
}
