package shape

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// Kind describes a family of shapes, for help texts and editors.
type Kind struct {
	Name    string
	Example string // in the notation of a scenario file
	Summary string // when to choose it
}

// family is a kind and how its notation is read: the value under its name. A
// reading that fails notes why and returns nil.
type family struct {
	Kind
	decode func(strict.Node) Shape
}

// families is the registry: one line for each file.
func families() []family {
	return []family{
		rateFamily(),
		poissonFamily(),
		stepsFamily(),
		rampFamily(),
		spikeFamily(),
		sineFamily(),
		closedFamily(),
	}
}

// Kinds lists every family of shapes.
func Kinds() []Kind {
	var kinds []Kind
	for _, f := range families() {
		kinds = append(kinds, f.Kind)
	}
	return kinds
}

// open is a shape of an open loop: requests fall due whether or not earlier
// ones have been answered.
type open interface {
	Shape
	// hits is the integral of Rate over [0, t]: how many requests are meant to
	// have fallen due by then.
	hits(t time.Duration) float64
	// peak is the maximum of Rate over [0, window].
	peak(window time.Duration) float64
	// changing says that Rate is not constant.
	changing() bool
	// stretched is the shape with every time multiplied by factor; rates stay.
	stretched(factor float64) Shape
}

// MeanRate is the mean intended rate over the first window of s, in req/s; 0 in
// a closed loop, which intends none.
func MeanRate(s Shape, window time.Duration) float64 {
	o, ok := s.(open)
	if !ok || window <= 0 {
		return 0
	}
	return o.hits(window) / window.Seconds()
}

// PeakRate is the highest intended rate within the first window of s, in
// req/s; 0 in a closed loop.
func PeakRate(s Shape, window time.Duration) float64 {
	if o, ok := s.(open); ok {
		return o.peak(window)
	}
	return 0
}

// Changing says that the intended rate of s changes in time.
func Changing(s Shape) bool {
	o, ok := s.(open)
	return ok && o.changing()
}

// LastChange is when the rate of s changes for the last time; 0 where it never does,
// or never ceases to.
func LastChange(s Shape) time.Duration {
	if o, ok := s.(interface{ lastChange() time.Duration }); ok {
		return o.lastChange()
	}
	return 0
}

// Scale is s with every time multiplied by factor, which is positive: the same
// rates, earlier or later. A shape without times is returned as it is.
func Scale(s Shape, factor float64) Shape {
	if o, ok := s.(open); ok {
		return o.stretched(factor)
	}
	return s
}

// stretch multiplies a time, to a whole number of milliseconds where that is
// not nothing, so that a scaled shape stays readable.
func stretch(t time.Duration, factor float64) time.Duration {
	scaled := time.Duration(float64(t) * factor)
	if rounded := scaled.Round(time.Millisecond); rounded > 0 || t == 0 {
		return rounded
	}
	return max(1, scaled)
}

// kindNames for messages.
func kindNames() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	return names
}

// notation is "{kind: {body}}".
func notation(kind, format string, args ...any) string {
	return fmt.Sprintf("{%s: {%s}}", kind, fmt.Sprintf(format, args...))
}
