package main

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/notifybench/notifybench/internal/contract"
)

// gather makes the calls to all devices at once: asyncio.gather.
func gather(m *micro) handler { return m.atMost(-1) }

// bounded makes at most ten at once: the semaphore and queue of the article.
func bounded(m *micro) handler { return m.atMost(10) }

func (m *micro) atMost(limit int) handler {
	return notified(func(ctx context.Context, n contract.Notification) reply {
		tokens := devices(n)
		errs := make([]error, len(tokens))
		var group errgroup.Group
		group.SetLimit(limit)
		for i, to := range tokens {
			group.Go(func() error {
				errs[i] = m.send(ctx, n, contract.Push, to)
				return nil // each device has its own outcome
			})
		}
		_ = group.Wait()
		return sent(errs)
	})
}
