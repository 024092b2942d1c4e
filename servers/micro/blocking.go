package main

import (
	"context"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// blockingSleep sleeps in the handler: 200 ms for every 20th request, 10 ms for the
// others. Only the goroutine of that request waits, whatever it does.
func blockingSleep(*micro) handler {
	return notified(func(_ context.Context, n contract.Notification) reply {
		if k, _ := contract.ParseTag(n.Message); k%20 == 0 {
			time.Sleep(200 * time.Millisecond)
		} else {
			time.Sleep(10 * time.Millisecond)
		}
		return done(nil)
	})
}
