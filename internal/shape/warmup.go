package shape

import (
	"math"
	"time"
)

// warm is a shape after a warm-up: evenly spaced requests at the shape's initial
// rate r until the shape starts at time w. The warm-up holds n = ⌈r·w⌉ requests,
// due at k / r; request n is the shape's first.
//
// Its notation is that of the shape itself: a warm-up is a phase of a run and
// no part of a load.
type warm struct {
	open
	warmup time.Duration
	n      uint64
}

var _ open = warm{}

// WithWarmup is s after a warm-up at its initial rate; a closed loop stays as it is.
func WithWarmup(s Shape, warmup time.Duration) Shape {
	o, ok := s.(open)
	if !ok || warmup <= 0 {
		return s
	}
	return warm{o, warmup, uint64(math.Ceil(o.Rate(0) * warmup.Seconds()))}
}

func (w warm) At(k uint64) (time.Duration, bool) {
	if k < w.n {
		t, ok := due(float64(k) / w.open.Rate(0))
		return min(t, w.warmup), ok
	}
	t, ok := w.open.At(k - w.n)
	if t > math.MaxInt64-w.warmup {
		return 0, false
	}
	return t + w.warmup, ok
}

func (w warm) Rate(t time.Duration) float64 { return w.open.Rate(max(0, t-w.warmup)) }

func (w warm) hits(t time.Duration) float64 {
	if t <= w.warmup {
		return w.open.Rate(0) * t.Seconds()
	}
	return w.open.Rate(0)*w.warmup.Seconds() + w.open.hits(t-w.warmup)
}

func (w warm) peak(window time.Duration) float64 { return w.open.peak(max(0, window-w.warmup)) }

func (w warm) stretched(factor float64) Shape {
	return WithWarmup(w.open.stretched(factor), stretch(w.warmup, factor))
}

func (w warm) seeded(seed uint64) Shape { return WithWarmup(Seeded(w.open, seed), w.warmup) }

// Seeded gives a random shape its seed, unless its notation has fixed one;
// others are returned as they are.
func Seeded(s Shape, seed uint64) Shape {
	if r, ok := s.(interface{ seeded(uint64) Shape }); ok {
		return r.seeded(seed)
	}
	return s
}
