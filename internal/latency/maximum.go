package latency

import (
	"math"
	"time"
)

// maximum is the longest of independent delays.
type maximum []Quantiler

// MaxOf is the longest of independent delays: the provider path of a concurrent
// fan-out. Its distribution function is the product of theirs,
//
//	G(x) = F₁(x) F₂(x) … Fₘ(x)
//
// inverted by bisection to a millionth.
func MaxOf(ds ...Quantiler) Quantiler {
	if longest, ok := allConstant(ds); ok {
		return constant{longest}
	}
	if len(ds) == 1 {
		return ds[0]
	}
	return maximum(ds)
}

// Quantile searches between the largest quantile of a part, below which G is less
// than u, and the largest at the m-th root of u, where it is at least u.
func (m maximum) Quantile(u float64) time.Duration {
	root := min(math.Pow(u, 1/float64(len(m))), math.Nextafter(1, 0))
	var lo, hi time.Duration
	for _, d := range m {
		lo, hi = max(lo, d.Quantile(u)), max(hi, d.Quantile(root))
	}
	if product(m, lo, atMost) >= u {
		return lo
	}
	for hi-lo > max(1, lo/1_000_000) {
		middle := lo + (hi-lo)/2
		if product(m, middle, atMost) >= u {
			hi = middle
		} else {
			lo = middle
		}
	}
	return hi
}

// alike is the longest of n delays of one distribution.
type alike struct {
	d Quantiler
	n int
}

// MaxOfLike is MaxOf for n independent delays of one distribution, without a search:
// G(x) = F(x)ⁿ.
func MaxOfLike(d Quantiler, n int) Quantiler {
	if _, ok := d.(constant); ok || n < 2 {
		return d
	}
	return alike{d, n}
}

func (a alike) Quantile(u float64) time.Duration {
	return a.d.Quantile(min(math.Pow(u, 1/float64(a.n)), math.Nextafter(1, 0)))
}

func (a alike) kinks() []time.Duration {
	if k, ok := a.d.(kinked); ok {
		return k.kinks()
	}
	return nil
}
