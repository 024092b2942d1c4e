package mockproviders

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// throttle decides on its arrival whether a call is let through. Time is what it
// is told: of two calls that come at once the later may bring the earlier time, and
// then counts as if it had come with the other.
type throttle interface {
	// enter lets a call in, or turns it away.
	enter(now time.Time) verdict
	// leave ends a call that was let in.
	leave()
	// forget makes it as new. No call is in flight then.
	forget()
}

// verdict is what a throttle makes of a call, and what its caller may know.
type verdict struct {
	in        bool
	limit     int       // calls in a window, at once, or saved up
	left      int       // of them, after this call
	available time.Time // when a call that comes next has room again; zero: that cannot be known
}

// newThrottle checks the settings; nil stands for none.
func newThrottle(t *contract.Throttle) (throttle, error) {
	if t == nil {
		return nil, nil
	}
	given := 0
	for _, is := range []bool{t.FixedWindow != nil, t.Concurrency != 0, t.TokenBucket != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		return nil, fmt.Errorf("throttle: %d kinds given: exactly one of %s, %s and %s", given,
			contract.ThrottleFixedWindow, contract.ThrottleConcurrency, contract.ThrottleTokenBucket)
	}
	var made throttle
	var err error
	switch {
	case t.FixedWindow != nil:
		made, err = newFixedWindow(*t.FixedWindow)
	case t.TokenBucket != nil:
		made, err = newTokenBucket(*t.TokenBucket)
	default:
		made, err = newConcurrency(t.Concurrency)
	}
	if err != nil {
		return nil, fmt.Errorf("throttle: %w", err)
	}
	return made, nil
}

// calls checks a number of calls.
func calls(name string, n int) error {
	if n < 1 || n > contract.MaxThrottleCalls {
		return fmt.Errorf("%s %d is not from 1 to %d", name, n, contract.MaxThrottleCalls)
	}
	return nil
}

// share hands on the throttle of the behaviour before, where the settings are the
// same: what it remembers then outlives the change.
func (b *behaviour) share(before behaviour) {
	if reflect.DeepEqual(b.limits, before.limits) {
		b.throttle = before.throttle
	}
}

// forget makes every throttle as new.
func (s schedule) forget() {
	if s.base.throttle != nil {
		s.base.throttle.forget()
	}
	for _, st := range s.steps {
		if st.throttle != nil {
			st.throttle.forget()
		}
	}
}

// retryAfter is how many seconds to wait from now, whole and at least 1; false
// where that cannot be known.
func (v verdict) retryAfter(now time.Time) (seconds int, known bool) {
	if v.available.IsZero() {
		return 0, false
	}
	return max(1, int(math.Ceil(v.available.Sub(now).Seconds()))), true
}

// resetAt is the first whole second since 1970 at which a call has room again.
func (v verdict) resetAt() (seconds int64, known bool) {
	if v.available.IsZero() {
		return 0, false
	}
	seconds = v.available.Unix()
	if v.available.Nanosecond() > 0 {
		seconds++
	}
	return seconds, true
}
