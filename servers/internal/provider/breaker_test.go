package provider

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const hour = time.Hour

// guardedConfig is one attempt behind a breaker that opens for 5 s.
func guardedConfig(t testing.TB) Config {
	cfg := testConfig(t, "http://127.0.0.1:1")
	cfg.CallTimeout, cfg.Breaker, cfg.BreakerOpen = 10*time.Second, true, 5*time.Second
	return cfg
}

func ok() (answer, error) { return answer{status: 200, accepted: true}, nil }

// TestBreaker opens at half failures among twenty calls, turns calls away without
// making them, tries a few after its time and closes when they succeed.
func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		var calls atomic.Int64
		o := new(recorder)
		c := scripted(t, guardedConfig(t), o, func(int, time.Time) (answer, error) {
			calls.Add(1)
			if down.Load() {
				return answer{}, broken
			}
			time.Sleep(time.Second / 10)
			return ok()
		})
		defer c.Close()
		send := func() Result { return c.Send(0, &message, time.Now().Add(hour)) }
		for range breakerCalls/2 - 1 {
			send()
		}
		down.Store(true)
		for range breakerCalls / 2 {
			send()
		}
		if o.changes() != nil {
			t.Fatalf("with %d calls: %v", calls.Load(), o.changes())
		}
		send()
		if want := []string{"open"}; !slices.Equal(o.changes(), want) || calls.Load() != breakerCalls {
			t.Fatalf("after %d calls: %v, want %v", calls.Load(), o.changes(), want)
		}
		if r := send(); r.Class != ClassBreakerOpen || r.Attempts != 0 || r.Late || !r.Timed || calls.Load() != breakerCalls {
			t.Errorf("an open breaker: %+v, %d calls", r, calls.Load())
		}
		r, wait, again := c.Attempt(0, &message, 1, time.Now().Add(hour))
		if r.Class != ClassBreakerOpen || !again || wait <= 0 || wait > 5*time.Second {
			t.Errorf("an open breaker for a queue: %+v, %s, %t", r, wait, again)
		}
		if r := c.Send(1, &message, time.Now().Add(hour)); r.Class != ClassTransient {
			t.Errorf("another provider: %+v", r)
		}
		time.Sleep(5*time.Second + 1)
		if r := send(); r.Class != ClassTransient { // half open, and still down
			t.Errorf("a probe: %+v", r)
		}
		time.Sleep(5*time.Second + 1)
		down.Store(false)
		probe(t, c)
		if r := send(); r.Class != ClassSent {
			t.Errorf("after the probes: %+v", r)
		}
		want := []string{"open", "half-open", "open", "half-open", "closed"}
		if !slices.Equal(o.changes(), want) || o.inFlight != 0 {
			t.Errorf("went through %v, want %v", o.changes(), want)
		}
	})
}

// probe sends ten messages at once at a breaker that is half open: few pass.
func probe(t *testing.T, c *Caller) {
	var all sync.WaitGroup
	var passed, refused atomic.Int64
	for range 10 {
		all.Go(func() {
			switch r := c.Send(0, &message, time.Now().Add(hour)); r.Class {
			case ClassSent:
				passed.Add(1)
			case ClassBreakerOpen:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != breakerProbes || refused.Load() != 10-breakerProbes {
		t.Errorf("half open: %d passed, %d refused", passed.Load(), refused.Load())
	}
}

// TestBreakerMindsTheProvidersHealthAlone: refusals and throttles never open it.
func TestBreakerMindsTheProvidersHealthAlone(t *testing.T) {
	for _, status := range []int{400, 401, 404, 429, 501} {
		synctest.Test(t, func(t *testing.T) {
			o := new(recorder)
			c := scripted(t, guardedConfig(t), o, func(int, time.Time) (answer, error) { return answer{status: status}, nil })
			defer c.Close()
			for range 10 * breakerCalls {
				c.Send(0, &message, time.Now().Add(hour))
			}
			if o.changes() != nil {
				t.Errorf("%d: %v", status, o.changes())
			}
		})
	}
	for _, end := range []error{refused, broken, tooLate} {
		synctest.Test(t, func(t *testing.T) {
			o := new(recorder)
			c := scripted(t, guardedConfig(t), o, func(int, time.Time) (answer, error) { return answer{}, end })
			defer c.Close()
			for range breakerCalls {
				c.Send(0, &message, time.Now().Add(hour))
			}
			if !slices.Equal(o.changes(), []string{"open"}) {
				t.Errorf("%+v: %v", end, o.changes())
			}
		})
	}
}

// TestHealth: an answer is a sign of life even if it refuses, a throttle says
// nothing, and what was never tried says nothing.
func TestHealth(t *testing.T) {
	want := map[Class]error{
		ClassSent: nil, ClassPermanent: nil, ClassTransient: errFailed, ClassAmbiguous: errFailed, ClassNoRoom: errFailed,
		ClassThrottled: errUncounted, ClassBreakerOpen: errUncounted, ClassNoTime: errUncounted, ClassStopped: errUncounted,
	}
	for _, c := range Classes() {
		if got := health(c); got != want[c] {
			t.Errorf("%s: %v, want %v", c, got, want[c])
		}
	}
}

// TestOpenBreakerLetsNobodyWait: with all places of the bulkhead taken by calls
// that hang, others are turned away at once.
func TestOpenBreakerLetsNobodyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := guardedConfig(t)
		cfg.Bulkhead = 2
		var hang atomic.Bool
		c := scripted(t, cfg, nil, func(_ int, deadline time.Time) (answer, error) {
			if hang.CompareAndSwap(true, false) {
				time.Sleep(time.Until(deadline))
				return answer{}, tooLate
			}
			return answer{}, broken
		})
		defer c.Close()
		hang.Store(true)
		var all sync.WaitGroup
		all.Go(func() { c.Send(0, &message, time.Now().Add(hour)) })
		synctest.Wait()
		for range breakerCalls {
			c.Send(0, &message, time.Now().Add(hour))
		}
		if !c.providers[0].guard.bulkhead.TryAcquire(1) {
			t.Fatal("no place to take")
		}
		begin := time.Now()
		if r := c.Send(0, &message, begin.Add(hour)); r.Class != ClassBreakerOpen || time.Since(begin) != 0 {
			t.Errorf("%+v after %s", r, time.Since(begin))
		}
		all.Wait()
	})
}

// TestBreakerForgets holds that failures older than its window do not count.
func TestBreakerForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(recorder)
		c := scripted(t, guardedConfig(t), o, func(int, time.Time) (answer, error) { return answer{status: 500}, nil })
		defer c.Close()
		for range 10 {
			for range breakerCalls - 1 {
				c.Send(0, &message, time.Now().Add(hour))
			}
			time.Sleep(breakerWindow + breakerBucket)
		}
		if o.changes() != nil {
			t.Errorf("%v", o.changes())
		}
	})
}
