package mockproviders

import (
	"sync/atomic"
	"time"
)

// concurrency is how Twilio counts: so many calls of an account in flight at once.
// When the next one has room depends on the callers, and nobody can say it.
type concurrency struct {
	limit int64
	held  atomic.Int64
}

var _ throttle = (*concurrency)(nil)

func newConcurrency(limit int) (*concurrency, error) {
	return &concurrency{limit: int64(limit)}, calls("concurrency", limit)
}

func (c *concurrency) enter(time.Time) verdict {
	v := verdict{limit: int(c.limit)}
	for {
		held := c.held.Load()
		if held >= c.limit {
			return v
		}
		if c.held.CompareAndSwap(held, held+1) {
			v.in, v.left = true, int(c.limit-held-1)
			return v
		}
	}
}

func (c *concurrency) leave() { c.held.Add(-1) }

// forget has nothing to do: what it holds are calls in flight.
func (c *concurrency) forget() {}
