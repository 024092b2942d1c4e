package shape

import (
	"math"
	"sort"
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// sine swings around a mean: a day's traffic in short.
//
//	rate(t) = m + b·sin(2πt/P)
//	N(t)    = m·t + bP/2π · (1 − cos(2πt/P))
//
// N has no closed inverse. As b ≤ m it never falls, and 0 ≤ N(t) − m·t ≤ bP/π, so
// request k is due between (k − bP/π)/m and k/m: the first nanosecond there with
// N(t) ≥ k, by bisection.
type sine struct {
	mean, amplitude float64
	period          time.Duration
}

var _ open = sine{}

func sineFamily() family {
	return family{Kind{
		Name:    "sine",
		Example: "{sine: {mean: 100/s, amplitude: 50/s, period: 20s}}",
		Summary: "a swing around a mean: a day's traffic in short",
	}, decodeSine}
}

func decodeSine(n strict.Node) Shape {
	m := n.Map("mean", "amplitude", "period")
	var s sine
	ok := positiveRate(m.Need("mean", "100/s"), &s.mean)
	ok = positiveRate(m.Need("amplitude", "50/s"), &s.amplitude) && ok
	ok = m.Need("period", "20s").Duration(&s.period, time.Millisecond, maxTime) && ok
	if !ok {
		return nil
	}
	if s.amplitude > s.mean {
		n.Note("the amplitude exceeds the mean, so that the rate would be negative",
			"write an amplitude of at most "+rateText(s.mean))
		return nil
	}
	return s
}

func (s sine) At(k uint64) (time.Duration, bool) {
	swing := s.amplitude * s.period.Seconds() / math.Pi
	last, ok := due(float64(k) / s.mean)
	if !ok {
		return 0, false
	}
	first := time.Duration(max(0, (float64(k)-swing)/s.mean) * 1e9)
	n := sort.Search(int(last-first), func(i int) bool {
		return s.hits(first+time.Duration(i)) >= float64(k)
	})
	return first + time.Duration(n), true
}

func (s sine) angle(t time.Duration) float64 { return 2 * math.Pi * t.Seconds() / s.period.Seconds() }

func (s sine) Rate(t time.Duration) float64 {
	return max(0, s.mean+s.amplitude*math.Sin(s.angle(t)))
}

func (s sine) hits(t time.Duration) float64 {
	return s.mean*t.Seconds() + s.amplitude*s.period.Seconds()/(2*math.Pi)*(1-math.Cos(s.angle(t)))
}

func (s sine) peak(window time.Duration) float64 {
	if window >= s.period/4 {
		return s.mean + s.amplitude
	}
	return s.Rate(window)
}

func (sine) Kind() string   { return "sine" }
func (sine) changing() bool { return true }

func (s sine) String() string {
	return notation("sine", "mean: %s, amplitude: %s, period: %v",
		rateText(s.mean), rateText(s.amplitude), s.period)
}

func (s sine) stretched(factor float64) Shape {
	s.period = stretch(s.period, factor)
	return s
}
