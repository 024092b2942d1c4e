package provider

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
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

// TestBulkhead never has more calls under way than it has places, serves those
// who wait in the order in which they came, and loses none.
func TestBulkhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := testConfig(t, "http://127.0.0.1:1")
		rapid.Check(bubbled{t}, func(t *rapid.T) {
			base.Bulkhead = rapid.IntRange(1, 5).Draw(t, "places")
			messages := rapid.IntRange(1, 30).Draw(t, "messages")
			o, took := new(recorder), time.Second/2
			var begun []time.Time
			var mu sync.Mutex
			c := scripted(t, base, o, func(_ int, deadline time.Time) (answer, error) {
				mu.Lock()
				begun = append(begun, deadline)
				mu.Unlock()
				return after(took, deadline, answer{status: 200, accepted: true}, nil)
			})
			defer c.Close()
			var all sync.WaitGroup
			ends := make([]time.Time, messages)
			first := time.Now()
			for i := range messages {
				all.Go(func() {
					if r := c.Send(0, &message, first.Add(hour)); r.Class != ClassSent {
						t.Errorf("message %d: %+v", i, r)
					}
					ends[i] = time.Now()
				})
				time.Sleep(1) // so that their order is known
			}
			all.Wait()
			if o.peak > base.Bulkhead || o.peak != min(messages, base.Bulkhead) || len(begun) != messages || o.inFlight != 0 {
				t.Fatalf("%d of %d places taken, %d calls", o.peak, base.Bulkhead, len(begun))
			}
			if !slices.IsSortedFunc(ends, time.Time.Compare) {
				t.Fatalf("out of order: %v", ends)
			}
		})
	})
}

// TestWaitsForRoomEnd at the deadline, or when the caller is stopped: nothing is
// called, and the place or token is there for the next.
func TestWaitsForRoomEnd(t *testing.T) {
	for name, set := range map[string]func(*Config){
		"bulkhead":   func(c *Config) { c.Bulkhead = 1 },
		"rate limit": func(c *Config) { c.RateLimit = 1 },
	} {
		synctest.Test(t, func(t *testing.T) {
			cfg := testConfig(t, "http://127.0.0.1:1")
			cfg.CallTimeout = hour
			set(&cfg)
			calls := 0
			c := scripted(t, cfg, nil, func(int, time.Time) (answer, error) {
				calls++
				time.Sleep(3 * time.Second / 2)
				return ok()
			})
			defer c.Close()
			first := make(chan Result)
			go func() { first <- c.Send(0, &message, time.Now().Add(hour)) }()
			synctest.Wait()
			late := c.Send(0, &message, time.Now().Add(time.Second/2))
			if late.Class != ClassNoRoom || !late.Late || late.Attempts != 0 || calls != 1 {
				t.Errorf("%s: %+v, %d calls", name, late, calls)
			}
			begin, second := time.Now(), make(chan Result)
			go func() { second <- c.Send(0, &message, time.Now().Add(hour)) }()
			synctest.Wait()
			c.Stop()
			if r := <-second; r.Class != ClassStopped || r.Attempts != 0 || time.Since(begin) != 0 {
				t.Errorf("%s: %+v after %s", name, r, time.Since(begin))
			}
			if r := <-first; r.Class != ClassSent {
				t.Errorf("%s: %+v", name, r)
			}
			time.Sleep(time.Second)
			if r := c.Send(0, &message, time.Now().Add(hour)); r.Class != ClassSent || calls != 2 {
				t.Errorf("%s: the next is %+v", name, r)
			}
		})
	}
}

// TestRateLimit: in no stretch of time more calls than the rate and the burst.
func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, messages = 50, 200
		cfg := testConfig(t, "http://127.0.0.1:1")
		cfg.RateLimit = limit
		var mu sync.Mutex
		var at []time.Time
		c := scripted(t, cfg, nil, func(int, time.Time) (answer, error) {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Now())
			return ok()
		})
		defer c.Close()
		var all sync.WaitGroup
		deadline := time.Now().Add(hour)
		for range messages {
			all.Go(func() { c.Send(0, &message, deadline) })
		}
		all.Wait()
		if len(at) != messages {
			t.Fatalf("%d calls", len(at))
		}
		for i := range at {
			for j := range i {
				if most := limit*at[i].Sub(at[j]).Seconds() + rateBurst*limit + 1; float64(i-j) > most {
					t.Fatalf("%d calls in %s", i-j, at[i].Sub(at[j]))
				}
			}
		}
		if whole := at[messages-1].Sub(at[0]); whole > messages*time.Second/limit {
			t.Errorf("took %s: slower than the limit", whole)
		}
	})
}

// TestPanicGivesBack what a call held.
func TestPanicGivesBack(t *testing.T) {
	cfg := guardedConfig(t)
	cfg.Bulkhead = 1
	o := new(recorder)
	c := scripted(t, cfg, o, func(int, time.Time) (answer, error) { panic("in a client") })
	defer c.Close()
	for range 2 * breakerCalls {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			c.Send(0, &message, time.Now().Add(time.Minute))
		}()
	}
	if o.inFlight != 0 || o.changes() != nil || !c.providers[0].guard.bulkhead.TryAcquire(1) {
		t.Errorf("%+v", o)
	}
}
