package migrate

import (
	"cmp"
	"math"
	"slices"

	"github.com/notifybench/notifybench/internal/stats"
)

// sample is what was measured at x.
type sample struct {
	x float64
	y Figure
}

// curve is a law through samples in ascending order of x, of which there is one at
// least. rule leads through two of them, to wherever x lies.
type curve struct {
	samples []sample
	rule    func(a, b sample, ya, yb, x float64) float64
	// towards widens what lies outside the samples to the nearest of them: that a trend
	// goes on is a guess, and so is that it ends.
	towards bool
}

// alike is the ratio of two x below which they are one: no trend can be read off them.
const alike = 1.2

// curveOf orders samples and joins those that are alike.
func curveOf(samples []sample, rule func(a, b sample, ya, yb, x float64) float64, towards bool) curve {
	slices.SortStableFunc(samples, func(a, b sample) int { return cmp.Compare(a.x, b.x) })
	c := curve{rule: rule, towards: towards}
	for i := 0; i < len(samples); {
		end := i + 1
		for end < len(samples) && samples[end].x < alike*samples[i].x {
			end++
		}
		c.samples = append(c.samples, joined(samples[i:end]))
		i = end
	}
	return c
}

// joined is the mean of samples; its interval holds all of theirs.
func joined(list []sample) sample {
	n := float64(len(list))
	out := list[0]
	out.x, out.y.V = 0, 0
	for _, s := range list {
		out.x += s.x / n
		out.y.V += s.y.V / n
		if out.y.Interval != nil && s.y.Interval != nil {
			out.y.Interval = &stats.Interval{Lo: min(out.y.Interval.Lo, s.y.Interval.Lo), Hi: max(out.y.Interval.Hi, s.y.Interval.Hi)}
		} else {
			out.y.Interval = nil
		}
	}
	return out
}

// ranged says that every sample has an interval.
func (c curve) ranged() bool {
	return !slices.ContainsFunc(c.samples, func(s sample) bool { return s.y.Interval == nil })
}

// at is the curve at x. An end is the lowest or highest value that the ends of the
// two samples next to x lead to.
func (c curve) at(x float64, s side) float64 {
	if len(c.samples) == 1 {
		return c.samples[0].y.at(s)
	}
	i := 1
	for i < len(c.samples)-1 && x > c.samples[i].x {
		i++
	}
	a, b := c.samples[i-1], c.samples[i]
	values := []float64{c.rule(a, b, a.y.V, b.y.V, x)}
	if s == mid {
		return values[0]
	}
	for _, ya := range []float64{a.y.at(low), a.y.at(high)} {
		for _, yb := range []float64{b.y.at(low), b.y.at(high)} {
			values = append(values, c.rule(a, b, ya, yb, x))
		}
	}
	if c.towards && x < a.x {
		values = append(values, a.y.at(s))
	}
	if c.towards && x > b.x {
		values = append(values, b.y.at(s))
	}
	if s == low {
		return slices.Min(values)
	}
	return slices.Max(values)
}

// figure is the curve at x with its interval.
func (c curve) figure(x float64) Figure {
	return between(c.ranged(), func(s side) float64 { return c.at(x, s) })
}

// steepest is how fast the cost of a request may fall, or rise, with the rate where
// nothing was measured: more, and the CPU of all of them together would fall.
const steepest = 0.9

// power goes through two samples as y = k xᵉ, a straight line where both axes are
// logarithmic. Within the samples e is what they say, outside at most steepest.
func power(a, b sample, ya, yb, x float64) float64 {
	e := math.Log(yb/ya) / math.Log(b.x/a.x)
	switch {
	case x < a.x:
		return ya * math.Pow(x/a.x, max(-steepest, min(steepest, e)))
	case x > b.x:
		return yb * math.Pow(x/b.x, max(-steepest, min(steepest, e)))
	}
	return ya * math.Pow(x/a.x, e)
}

// straight goes through two samples in a straight line that does not fall beyond them.
func straight(a, b sample, ya, yb, x float64) float64 {
	slope := (yb - ya) / (b.x - a.x)
	if x > b.x {
		return yb + max(0, slope)*(x-b.x)
	}
	return ya + slope*(x-a.x)
}
