package mockproviders

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAgendaGivesTheEarliestFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g agenda
		var model []time.Duration
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				at := time.Duration(rapid.IntRange(0, 20).Draw(t, "at"))
				g.push(due{at: at})
				model = append(model, at)
				slices.Sort(model)
			},
			"pop": func(t *rapid.T) {
				if len(model) == 0 {
					t.Skip("empty")
				}
				if got := g.pop(); got.at != model[0] {
					t.Fatalf("popped %v, earliest is %v", got.at, model[0])
				}
				model = model[1:]
			},
			"": func(t *rapid.T) {
				if len(g) != len(model) {
					t.Fatalf("holds %d, want %d", len(g), len(model))
				}
			},
		})
	})
}

// bell is an alarm that says when it rang.
type bell struct {
	due  time.Time
	rang chan time.Time
}

func (b *bell) ring() bool {
	b.rang <- time.Now()
	return true
}

func TestClockRingsEachAlarmWhenItIsDue(t *testing.T) {
	c, err := newClock()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	var bells []*bell
	// The later ones first: each that follows has to move the timer forward.
	for _, d := range []time.Duration{50, 40, 20, 20, 3, 1, 0} {
		b := &bell{time.Now().Add(d * time.Millisecond), make(chan time.Time, 2)}
		c.after(d*time.Millisecond, b)
		bells = append(bells, b)
	}
	for _, b := range bells {
		select {
		case rang := <-b.rang:
			if rang.Before(b.due) {
				t.Errorf("rang %v early", b.due.Sub(rang))
			}
		case <-time.After(10 * time.Second):
			t.Fatal("an alarm did not ring within 10 s")
		}
	}
	if lag := c.lag().quantiles(); lag.Count != uint64(len(bells)) {
		t.Errorf("the lag of %d alarms is known, of %d", lag.Count, len(bells))
	}
}

// counter is an alarm that adds itself again.
type counter struct {
	clock clock
	rings atomic.Int64
}

func (c *counter) ring() bool {
	if c.rings.Add(1) < 100 {
		c.clock.after(10*time.Microsecond, c)
	}
	return false
}

func TestClockTakesAlarmsWhileItRings(t *testing.T) {
	c, err := newClock()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	n := &counter{clock: c}
	c.after(0, n)
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(5 * time.Millisecond) {
		if n.rings.Load() == 100 {
			return
		}
	}
	t.Fatalf("rang %d times within %v, want 100", n.rings.Load(), patience)
}

func TestClockForgetsWhenClosed(t *testing.T) {
	c, err := newClock()
	if err != nil {
		t.Fatal(err)
	}
	b := &bell{rang: make(chan time.Time, 2)}
	c.after(20*time.Millisecond, b)
	c.close()
	closed := time.Now() // on a busy machine the first alarm may have been due before
	c.after(0, b)
	time.Sleep(50 * time.Millisecond)
	for len(b.rang) > 0 {
		if rang := <-b.rang; rang.After(closed) {
			t.Errorf("rang %v after close", rang.Sub(closed))
		}
	}
}
