package main

import (
	"context"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

const attempts = 3

// retry sends the email as the article's fetch_with_retry does: three attempts, of
// which two can be followed by a wait (1 s and 2 s; the third, of 4 s, never comes).
// Only a call without an answer is made again: nobody looks at the status, so that an
// answer of 500 counts as sent.
func retry(m *micro) handler {
	return notified(func(ctx context.Context, n contract.Notification) reply {
		result := contract.ChannelResult{Status: contract.StatusSent}
		for result.Attempts < attempts {
			_, err := m.post(ctx, n, contract.Email, n.Email)
			result.Attempts++
			if err == nil {
				break
			}
			if result.Attempts == attempts {
				result.Status, result.Error = contract.StatusFailed, err.Error()
				break
			}
			time.Sleep(time.Second << (result.Attempts - 1))
		}
		return rollUp(map[string]contract.ChannelResult{contract.Email: result})
	})
}
