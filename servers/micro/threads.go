package main

import (
	"context"
	"sync"

	"github.com/notifybench/notifybench/internal/contract"
)

// threads has ten goroutines take the devices from a channel: ThreadPoolExecutor(10).
func threads(m *micro) handler {
	return notified(func(ctx context.Context, n contract.Notification) reply {
		tokens := devices(n)
		errs, next := make([]error, len(tokens)), make(chan int)
		var workers sync.WaitGroup
		for range 10 {
			workers.Go(func() {
				for i := range next {
					errs[i] = m.send(ctx, n, contract.Push, tokens[i])
				}
			})
		}
		for i := range tokens {
			next <- i
		}
		close(next)
		workers.Wait()
		return sent(errs)
	})
}
