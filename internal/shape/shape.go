// Package shape holds the load shapes: pure functions that say when request k
// is due. Time is an argument; nothing here waits or reads a clock.
package shape

import "time"

// Shape is one load.
type Shape interface {
	// At says when request k (from 0) is due, counted from the start of the
	// shape; ok is false when the shape has ended before k. It is non-decreasing
	// in k. In a closed loop every request is due at once: At is 0, true.
	At(k uint64) (due time.Duration, ok bool)
	// Rate is the intended rate in req/s at time t; 0 in a closed loop, which
	// intends none.
	Rate(t time.Duration) float64
	// String is the shape in the notation of a scenario file: "300/s",
	// "{closed: {connections: 100}}". Parse reads it back.
	String() string
	// Kind is the name of its family: "rate", "closed", …
	Kind() string
}
