package main

import (
	"context"

	"github.com/notifybench/notifybench/internal/contract"
)

// sequential calls one device after the other.
func sequential(m *micro) handler {
	return notified(func(ctx context.Context, n contract.Notification) reply {
		var errs []error
		for _, to := range devices(n) {
			errs = append(errs, m.send(ctx, n, contract.Push, to))
		}
		return sent(errs)
	})
}
