package latency

import (
	"math"
	"slices"
	"sort"
	"time"
)

// kinked is a distribution whose function bends or jumps at known delays.
type kinked interface{ kinks() []time.Duration }

// curve is a distribution with its quantiles on a grid, between which its function
// is looked for.
type curve struct {
	d Quantiler
	u []float64       // ascending
	q []time.Duration // the quantile at each u
}

// curveOf takes quantiles on a grid even in the logit of u, dense in both tails. For
// an integral over them the step of 0.04 leaves an error of 0.04²/12 in an
// exponential tail; the mass beyond the last one is e⁻²¹.
func curveOf(d Quantiler) curve {
	const step, end = 0.04, 21.0
	c := curve{d: d}
	for t := -end; t <= end; t += step {
		u := 1 / (1 + math.Exp(-t))
		c.u, c.q = append(c.u, u), append(c.q, d.Quantile(u))
	}
	return c
}

// nodes are the delays at which an integral is evaluated: 0, and the kinks and the
// quantiles of every part.
func nodes(curves []curve) []time.Duration {
	list := []time.Duration{0}
	for _, c := range curves {
		if k, ok := c.d.(kinked); ok {
			list = append(list, k.kinks()...)
		}
		list = append(list, c.q...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// limits are those of the distribution function of the maximum at x: from below, and
// at x itself.
func limits(curves []curve, x time.Duration) (left, right float64) {
	left, right = 1, 1
	for _, c := range curves {
		l, r := c.limits(x)
		left, right = left*l, right*r
	}
	return left, right
}

// limits of one part, each good to a ten-millionth of what lies beyond it.
func (c curve) limits(x time.Duration) (left, right float64) {
	const err = 1e-7
	right = c.share(x, atMost, err)
	// Where the quantile just below that share is shorter than x nothing jumps here.
	if before := right - 2*err*(1-right); before > 0 && right < 1 && c.d.Quantile(before) < x {
		return right, right
	}
	return c.share(x, below, err), right
}

// share is that of package function share, found between two points of the grid.
func (c curve) share(x time.Duration, holds func(q, x time.Duration) bool, err float64) float64 {
	lo, hi := 0.0, 1.0
	i := sort.Search(len(c.q), func(i int) bool { return !holds(c.q[i], x) })
	switch {
	case i == 0 && !holds(c.d.Quantile(0), x):
		return 0
	case i == len(c.q) && holds(c.d.Quantile(math.Nextafter(1, 0)), x):
		return 1
	}
	if i > 0 {
		lo = c.u[i-1]
	}
	if i < len(c.u) {
		hi = c.u[i]
	}
	return bisect(c.d, x, holds, lo, hi, err)
}
