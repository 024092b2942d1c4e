package provider

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

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
				time.Sleep(time.Nanosecond) // so that their order is known
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
