package mockproviders

import "time"

// clock rings alarms when they are due. What it does is time.AfterFunc's work,
// but within 0.1 ms: the Go runtime waits for its own timers in whole
// milliseconds where nothing else is to do.
type clock interface {
	// after rings a once when d has passed.
	after(d time.Duration, a alarm)
	// lag is how late alarms were rung.
	lag() *durations
	// close forgets the alarms not yet rung, and waits until none is ringing.
	close()
}

// alarm is what a clock rings. ring must not block, and reports whether it has
// woken a goroutine.
type alarm interface{ ring() (woken bool) }

// due is an alarm with its time, counted from the start of its clock.
type due struct {
	at    time.Duration
	alarm alarm
}

// agenda is a heap of what is due, the earliest first. A node has four children:
// half the levels of a binary heap, and neighbours lie in one line of the cache.
type agenda []due

const children = 4

func (g *agenda) push(d due) {
	h := append(*g, d)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / children
		if h[parent].at <= d.at {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = d
	*g = h
}

func (g *agenda) pop() due {
	h := *g
	first, last := h[0], h[len(h)-1]
	h[len(h)-1] = due{}
	h = h[:len(h)-1]
	*g = h
	if len(h) == 0 {
		return first
	}
	i := 0
	for {
		least := h.leastChild(i)
		if least == 0 || h[least].at >= last.at {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = last
	return first
}

// leastChild is the earliest child of a node, 0 where it has none.
func (g agenda) leastChild(i int) (least int) {
	begin := children*i + 1
	for c := begin; c < min(begin+children, len(g)); c++ {
		if least == 0 || g[c].at < g[least].at {
			least = c
		}
	}
	return least
}
