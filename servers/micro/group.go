package main

import (
	"context"
	"errors"
	"net/url"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/notifybench/notifybench/internal/contract"
)

// taskGroup calls every channel at once; the first failure cancels the others, as in
// asyncio.TaskGroup.
func taskGroup(m *micro) handler {
	return notified(func(ctx context.Context, n contract.Notification) reply {
		errs := make([]error, len(n.Channels))
		group, ctx := errgroup.WithContext(ctx)
		for i, channel := range n.Channels {
			group.Go(func() error {
				errs[i] = m.send(ctx, n, channel, address(n, channel))
				if cutOff(ctx, errs[i]) {
					errs[i] = context.Canceled
				}
				return errs[i]
			})
		}
		_ = group.Wait() // errs has the error, too
		return byChannel(n.Channels, errs)
	})
}

// cutOff says that a call ended because of another's failure, which is then what its
// error says: there was no answer, and the group is over.
func cutOff(ctx context.Context, err error) bool {
	_, unanswered := errors.AsType[*url.Error](err)
	return unanswered && ctx.Err() != nil
}

// gatherAll waits for all of them, whatever becomes of the others:
// asyncio.gather(return_exceptions=True).
func gatherAll(m *micro) handler {
	return notified(func(ctx context.Context, n contract.Notification) reply {
		errs := make([]error, len(n.Channels))
		var calls sync.WaitGroup
		for i, channel := range n.Channels {
			calls.Go(func() { errs[i] = m.send(ctx, n, channel, address(n, channel)) })
		}
		calls.Wait()
		return byChannel(n.Channels, errs)
	})
}

// byChannel is the answer to what became of each channel. A call that was cancelled
// may have been served all the same.
func byChannel(channels []string, errs []error) reply {
	results := map[string]contract.ChannelResult{}
	for i, channel := range channels {
		r := contract.ChannelResult{Status: contract.StatusSent, Attempts: 1}
		if errs[i] != nil {
			r.Status, r.Error = contract.StatusFailed, errs[i].Error()
		}
		if errors.Is(errs[i], context.Canceled) {
			r.Status, r.Error = contract.StatusUnknown, "cancelled"
		}
		results[channel] = r
	}
	return rollUp(results)
}
