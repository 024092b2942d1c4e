package provider

import "time"

// maxBackoff is where the cap of a wait stops doubling.
const maxBackoff = time.Hour

// policy decides whether there is another attempt and how long to wait for it.
// It is pure: what is random or past comes as an argument.
type policy struct {
	attempts    int
	backoff     time.Duration
	full        bool // jitter; otherwise waits are the caps
	ambiguous   bool // may be repeated
	breakerOpen time.Duration
}

// mayRepeat says whether attempt n, which ended so, may have a successor. A call
// that was turned away was not made: only the deadline ends it.
func (p policy) mayRepeat(c Class, n int) bool {
	switch c {
	case ClassThrottled, ClassTransient:
		return n < p.attempts
	case ClassAmbiguous:
		return n < p.attempts && p.ambiguous
	case ClassBreakerOpen, ClassNoRoom, ClassStopped:
		return true
	}
	return false
}

// cap is the longest back-off after attempt n: backoff · 2^(n-1).
func (p policy) cap(n int) time.Duration {
	d := p.backoff
	for ; n > 1 && d < maxBackoff; n-- {
		d *= 2
	}
	return min(d, maxBackoff)
}

// wait is the time between attempt n and the next. draw is uniform in [0, 1).
// After is how long the provider asks to be left alone: with jitter the back-off
// comes on top of it, so that not all who were turned away return at once.
func (p policy) wait(c Class, n int, after time.Duration, draw float64) time.Duration {
	limit := p.cap(n)
	if c == ClassBreakerOpen {
		limit = p.breakerOpen
	}
	if !p.full {
		return max(after, limit)
	}
	return after + time.Duration((1-draw)*float64(limit))
}

// leavesTime says whether after the wait there is time for a call that takes as
// long as the last one. A call begun too late would turn a clean failure into one
// of which nobody knows whether it arrived.
func leavesTime(now time.Time, wait, took time.Duration, deadline time.Time) bool {
	return wait+took < deadline.Sub(now)
}
