package migrate

import (
	"math"
	"strconv"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/stats"
)

// Figure is a number with the bounds between which the trials leave it.
type Figure struct {
	V float64 `json:"v"`
	// Interval is nil where a number that it is made of has too few trials for one.
	Interval *stats.Interval `json:"interval,omitempty"`
}

// side is one end of a figure, or its middle.
type side int

const (
	low side = iota
	mid
	high
)

// at is the figure at an end; the middle where it has no interval.
func (f Figure) at(s side) float64 {
	switch {
	case f.Interval == nil || s == mid:
		return f.V
	case s == low:
		return f.Interval.Lo
	}
	return f.Interval.Hi
}

// between makes a figure of what a calculation gives in the middle and at the ends of
// what it is made of. Where ranged is false there are no ends.
func between(ranged bool, of func(side) float64) Figure {
	f := Figure{V: of(mid)}
	if ranged {
		a, b := of(low), of(high)
		f.Interval = &stats.Interval{Lo: min(a, b, f.V), Hi: max(a, b, f.V)}
	}
	return f
}

// over divides two figures by their worst cases: of what the trials allow, the ratio
// lies within.
func (f Figure) over(g Figure) Figure {
	return between(f.Interval != nil && g.Interval != nil, func(s side) float64 {
		return f.at(s) / g.at(high-s)
	})
}

// figureOf is the median of a metric over the trials and their range.
func figureOf(s metric.Spread) (Figure, bool) {
	return Figure{V: s.Median.V, Interval: s.Interval}, s.Median.OK && s.Median.V > 0
}

// Digits prints a number with n significant digits, without an exponent.
func Digits(v float64, n int) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	e := int(math.Floor(math.Log10(math.Abs(v))))
	unit := math.Pow(10, float64(e-n+1))
	rounded := math.Round(v/unit) * unit
	if math.Floor(math.Log10(math.Abs(rounded))+1e-9) > float64(e) { // 9.96 became 10.0
		e++
	}
	return metric.Thousands(strconv.FormatFloat(rounded, 'f', max(0, n-1-e), 64))
}

// Format prints the figure with two digits, which is all that an extrapolation is
// good for, and its interval in brackets: "280 µs (270–300)".
func (f Figure) Format(u Unit) string { return f.Plain(u) + f.Range(u) }

// Plain is Format without the interval.
func (f Figure) Plain(u Unit) string { return u.print(f.V, u.scaleOf(f.V)) }

// Range is the interval alone, in the unit of the figure: " (270–300)"; empty where
// there is none, or where both ends print alike.
func (f Figure) Range(u Unit) string {
	if f.Interval == nil {
		return ""
	}
	s := u.scaleOf(f.V)
	lo, hi := u.number(f.Interval.Lo, s), u.number(f.Interval.Hi, s)
	if lo == hi {
		return ""
	}
	return " (" + lo + "–" + hi + ")"
}
