package provider

import "time"

// Observer is told what happens. Its methods are called on the goroutines of the
// callers, some of them with a lock held: they return at once.
type Observer interface {
	// Attempted: an attempt ended. took is the time of the call, or, where it was
	// turned away, the time until it was.
	Attempted(channel int, class Class, took time.Duration)
	// Retrying: an attempt will be made again after the wait.
	Retrying(channel int, wait time.Duration)
	// BudgetExhausted: a retry was due, and the budget did not allow it.
	BudgetExhausted(channel int)
	// BreakerChanged: to closed, half-open or open.
	BreakerChanged(channel int, state string)
	// InFlight: one call more (+1) or less (-1) is under way.
	InFlight(channel, delta int)
}

// Unobserved is an Observer that looks away; embed it to see to some methods only.
type Unobserved struct{}

var _ Observer = Unobserved{}

func (Unobserved) Attempted(int, Class, time.Duration) {}
func (Unobserved) Retrying(int, time.Duration)         {}
func (Unobserved) BudgetExhausted(int)                 {}
func (Unobserved) BreakerChanged(int, string)          {}
func (Unobserved) InFlight(int, int)                   {}
