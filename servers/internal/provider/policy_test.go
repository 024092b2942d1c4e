package provider

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCaps(t *testing.T) {
	p := policy{backoff: time.Second}
	for n, want := range map[int]time.Duration{
		1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 4: 8 * time.Second,
		12: 2048 * time.Second, 13: maxBackoff, 1 << 40: maxBackoff,
	} {
		if got := p.cap(n); got != want {
			t.Errorf("after attempt %d: %s, want %s", n, got, want)
		}
		if got := p.wait(ClassTransient, n, 0, 0.5); got != want { // no jitter
			t.Errorf("after attempt %d: waits %s, want exactly %s", n, got, want)
		}
	}
}

func drawPolicy(t *rapid.T) policy {
	return policy{
		attempts:    rapid.IntRange(1, 6).Draw(t, "attempts"),
		backoff:     time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "backoff")),
		full:        rapid.Bool().Draw(t, "full"),
		ambiguous:   rapid.Bool().Draw(t, "ambiguous"),
		breakerOpen: time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "open")),
	}
}

// TestWaitLaws: never beyond the cap and what the provider asks for, never less
// than that, and never at once.
func TestWaitLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		n := rapid.IntRange(1, 100).Draw(t, "n")
		after := time.Duration(rapid.Int64Range(0, int64(maxPause)).Draw(t, "after"))
		draw := rapid.Float64Range(0, 1-1e-9).Draw(t, "draw")
		class := rapid.SampledFrom([]Class{ClassTransient, ClassThrottled, ClassAmbiguous, ClassBreakerOpen}).Draw(t, "class")
		limit := p.cap(n)
		if class == ClassBreakerOpen {
			limit = p.breakerOpen
		}
		got := p.wait(class, n, after, draw)
		if p.full && (got < after || got > after+limit) || !p.full && got != max(after, limit) {
			t.Fatalf("%+v after attempt %d: %s, cap %s, asked for %s", p, n, got, limit, after)
		}
		if n > 1 && p.cap(n) < p.cap(n-1) || p.cap(n) > maxBackoff {
			t.Fatalf("%+v: cap %s after attempt %d", p, p.cap(n), n)
		}
	})
}

// TestFullJitterIsFull draws the ends of the range and its middle.
func TestFullJitterIsFull(t *testing.T) {
	p := policy{backoff: time.Second, full: true}
	for draw, want := range map[float64]time.Duration{0: time.Second, 0.5: time.Second / 2, 0.999: time.Millisecond} {
		if got := p.wait(ClassTransient, 1, 0, draw).Round(time.Microsecond); got != want {
			t.Errorf("draw %g: %s, want %s", draw, got, want)
		}
	}
}

func TestMayRepeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, n := drawPolicy(t), rapid.IntRange(1, 8).Draw(t, "n")
		c := rapid.SampledFrom(Classes()).Draw(t, "class")
		want := false
		switch {
		case c == ClassSent, c == ClassPermanent, c == ClassNoTime:
		case c.TurnedAway():
			want = true
		default:
			want = n < p.attempts && (c != ClassAmbiguous || p.ambiguous)
		}
		if got := p.mayRepeat(c, n); got != want {
			t.Fatalf("%+v, attempt %d, %s: %t", p, n, c, got)
		}
	})
}

// TestBudgetLaw: never more retries than the floor and the share of the firsts,
// and none refused while there is one.
func TestBudgetLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		b := newBudget(share)
		firsts, retries := 0, 0
		for _, first := range rapid.SliceOfN(rapid.Bool(), 1, 500).Draw(t, "firsts and retries") {
			if first {
				b.deposit()
				firsts++
			} else if b.withdraw() {
				retries++
			}
			if limit := budgetFloor + share*float64(firsts); float64(retries) > limit {
				t.Fatalf("%d retries of %d firsts at %g", retries, firsts, share)
			}
		}
		if share < 1.0/unit && retries > 0 {
			t.Fatalf("%d retries without a budget", retries)
		}
	})
}

// TestBudgetSavesUpLittle holds that good times do not pay for a storm.
func TestBudgetSavesUpLittle(t *testing.T) {
	b := newBudget(0.2)
	for range 100_000 {
		b.deposit()
	}
	n := 0
	for b.withdraw() {
		n++
	}
	if n != budgetSaved {
		t.Errorf("%d retries at once, want %d", n, budgetSaved)
	}
	for range 5 {
		b.deposit()
	}
	if !b.withdraw() || b.withdraw() {
		t.Error("five first attempts are worth one retry at 20%")
	}
}
