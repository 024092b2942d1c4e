//go:build !linux

package mockproviders

import (
	"sync"
	"time"
)

// goClock rings by plain Go timers, late by 1 to 2 ms at worst.
type goClock struct {
	late    durations
	mu      sync.RWMutex // held for reading while an alarm rings
	stopped bool
}

var _ clock = (*goClock)(nil)

func newClock() (clock, error) { return &goClock{}, nil }

func (c *goClock) lag() *durations { return &c.late }

func (c *goClock) after(d time.Duration, a alarm) {
	at := time.Now().Add(d)
	time.AfterFunc(d, func() {
		c.mu.RLock()
		defer c.mu.RUnlock()
		if c.stopped {
			return
		}
		c.late.record(0, time.Since(at))
		a.ring()
	})
}

func (c *goClock) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
}
