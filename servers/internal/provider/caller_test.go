package provider

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestDocumentedWaits: 1, 2 and 4 s by default, without jitter exactly.
func TestDocumentedWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := testConfig(t, "http://127.0.0.1:1")
		cfg.Attempts, cfg.Backoff, cfg.Budget, cfg.Jitter = 4, time.Second, 0.2, contract.JitterNone
		o := new(recorder)
		c := scripted(t, cfg, o, func(int, time.Time) (answer, error) { return answer{status: 503}, nil })
		defer c.Close()
		begin := time.Now()
		r := c.Send(1, &message, begin.Add(time.Minute))
		if got := time.Since(begin); got != 7*time.Second || r.Attempts != 4 || r.Class != ClassTransient {
			t.Errorf("%+v after %s, want 4 attempts in 7s", r, got)
		}
		if want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}; !slices.Equal(o.waits, want) {
			t.Errorf("waits %v, want %v", o.waits, want)
		}
		if o.classes[ClassTransient] != 4 || o.inFlight != 0 || o.peak != 1 || o.budget != 0 {
			t.Errorf("observed %+v", o)
		}
	})
}

// TestNoTimeForAnotherCall: a wait that leaves less time than the last call took
// is not begun, and neither is one that a provider asks for beyond the deadline.
func TestNoTimeForAnotherCall(t *testing.T) {
	for _, c := range []struct {
		left  time.Duration
		after time.Duration
		want  int
	}{
		{1500 * time.Millisecond, 0, 1}, {1501 * time.Millisecond, 0, 2}, {time.Minute, 50 * time.Second, 2},
		{time.Minute, time.Hour, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			cfg := testConfig(t, "http://127.0.0.1:1")
			cfg.Attempts, cfg.Backoff, cfg.Budget, cfg.Jitter = 2, time.Second/2, 1, contract.JitterNone
			caller := scripted(t, cfg, nil, func(int, time.Time) (answer, error) {
				time.Sleep(time.Second / 2)
				return answer{status: 503, after: c.after}, nil
			})
			defer caller.Close()
			begin := time.Now()
			r := caller.Send(0, &message, begin.Add(c.left))
			if r.Attempts != c.want || r.Late || c.want == 1 && time.Since(begin) != time.Second/2 {
				t.Errorf("%+v: %+v after %s", c, r, time.Since(begin))
			}
		})
	}
}

// TestBudgetAcrossMessages: with a provider that is down, retries are the floor
// and a share of the messages, and each that was not made is told.
func TestBudgetAcrossMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const messages, share = 500, 0.2
		cfg := testConfig(t, "http://127.0.0.1:1")
		cfg.Attempts, cfg.Backoff, cfg.Budget = 4, time.Millisecond, share
		o, calls := new(recorder), 0
		c := scripted(t, cfg, o, func(int, time.Time) (answer, error) { calls++; return answer{status: 500}, nil })
		defer c.Close()
		attempts := 0
		for range messages {
			attempts += c.Send(2, &message, time.Now().Add(time.Minute)).Attempts
		}
		if retries := calls - messages; attempts != calls || retries != budgetFloor+share*messages || retries != len(o.waits) {
			t.Errorf("%d calls for %d messages, %d attempts told, %d waits", calls, messages, attempts, len(o.waits))
		}
		if o.budget == 0 {
			t.Error("nobody was told that the budget was exhausted")
		}
	})
}

// TestStop ends a wait between attempts at once, with the result of the last one.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := testConfig(t, "http://127.0.0.1:1")
		cfg.Attempts, cfg.Backoff, cfg.Budget, cfg.Jitter = 2, time.Hour, 1, contract.JitterNone
		c := scripted(t, cfg, nil, func(int, time.Time) (answer, error) { return answer{status: 502}, nil })
		defer c.Close()
		done := make(chan Result)
		begin := time.Now()
		go func() { done <- c.Send(0, &message, begin.Add(24*time.Hour)) }()
		time.Sleep(time.Minute)
		c.Stop()
		if r := <-done; time.Since(begin) != time.Minute || r.Class != ClassTransient || r.Attempts != 1 {
			t.Errorf("%+v after %s", r, time.Since(begin))
		}
	})
}

// TestCallTimeout: a call ends at its own timeout or at the deadline, whichever is
// first, and none begins when the deadline has passed.
func TestCallTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var until time.Duration
		c := scripted(t, testConfig(t, "http://127.0.0.1:1"), nil, func(_ int, deadline time.Time) (answer, error) {
			until = time.Until(deadline)
			return answer{status: 200, accepted: true}, nil
		})
		defer c.Close()
		for left, want := range map[time.Duration]time.Duration{
			time.Minute: time.Second, time.Second: time.Second, time.Millisecond: time.Millisecond, 0: -1, -time.Second: -1,
		} {
			until = -1
			r := c.Send(0, &message, time.Now().Add(left))
			if until != want || (want < 0) != (r.Class == ClassNoTime && r.Late && r.Timed && r.Attempts == 0) {
				t.Errorf("with %s left the call has %s: %+v", left, until, r)
			}
		}
	})
}

func TestNewRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"client":       func(c *Config) { c.Client = "curl" },
		"wire":         func(c *Config) { c.Wire = "smoke" },
		"jitter":       func(c *Config) { c.Jitter = "some" },
		"backoff":      func(c *Config) { c.Backoff = 0 },
		"timeout":      func(c *Config) { c.CallTimeout = 0 },
		"breaker open": func(c *Config) { c.BreakerOpen = 0 },
		"bulkhead":     func(c *Config) { c.Bulkhead = -1 },
		"rate limit":   func(c *Config) { c.RateLimit = -1 },
	} {
		cfg := testConfig(t, "http://127.0.0.1:1")
		cfg.Attempts, cfg.Backoff, cfg.Breaker, cfg.BreakerOpen, cfg.Draws = 2, 1, true, 1, rand.NewPCG(1, 1)
		if c, err := New(cfg, nil, nil); err != nil {
			t.Fatal(err)
		} else {
			c.Close()
		}
		spoil(&cfg)
		if _, err := New(cfg, nil, nil); err == nil {
			t.Errorf("a bad %s was taken", name)
		}
	}
}

func TestNotOffered(t *testing.T) {
	cfg := testConfig(t, "http://127.0.0.1:1")
	cfg.URLs[1] = nil
	c := scripted(t, cfg, nil, nil)
	defer c.Close()
	if r := c.Send(1, &message, time.Now().Add(time.Minute)); r.Class != ClassPermanent || r.Attempts != 0 {
		t.Errorf("%+v", r)
	}
	if r, _, again := c.Attempt(1, &message, 1, time.Now().Add(time.Minute)); again || r.Class != ClassPermanent {
		t.Errorf("%+v, %t", r, again)
	}
}
