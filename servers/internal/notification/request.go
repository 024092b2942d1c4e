package notification

import "time"

// Request is one POST /notify before anything is known of it. The service keeps
// nothing of it once Notify has returned.
type Request struct {
	// Arrived is when it came in: its deadline counts from there, and so does the
	// time it says to have waited.
	Arrived time.Time
	Body    []byte
	Key     string // header Idempotency-Key; empty: none
	ID      string // header X-Request-Id, for the log; empty: none
}
