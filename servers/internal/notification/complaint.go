package notification

import (
	"net/http"
	"sync/atomic"

	"golang.org/x/time/rate"
)

const (
	complaintRate  = 10  // lines per second
	maxRequestID   = 128 // bytes
	requestIDField = "request"
)

// complaints are lines of the log about single notifications: few of them, as a
// provider or a database that is down would else fill it.
type complaints struct {
	limit *rate.Limiter
	left  *atomic.Uint64 // out, since the last line
}

func newComplaints() complaints {
	return complaints{rate.NewLimiter(complaintRate, complaintRate), new(atomic.Uint64)}
}

// complain logs a notification that was not sent whole, under what its client can ask
// about it by.
func (s *Service) complain(r *Request, id string, o *order, status int) {
	if status == http.StatusOK {
		return
	}
	attrs := []any{"id", id, "status", status}
	if r.ID != "" && len(r.ID) <= maxRequestID && !unprintable(r.ID) {
		attrs = append(attrs, requestIDField, r.ID)
	}
	for i := range o.calls {
		if c := &o.calls[i]; c.result.Problem != "" {
			attrs = append(attrs, channels[c.channel].name, c.result.Problem)
		}
	}
	s.warn("not sent whole", attrs...)
}

// warn logs what may happen to every request, so many lines a second at most.
func (s *Service) warn(text string, attrs ...any) {
	if !s.complaints.limit.Allow() {
		s.complaints.left.Add(1)
		return
	}
	if n := s.complaints.left.Swap(0); n > 0 {
		attrs = append(attrs, "left_out", n)
	}
	s.log.Warn(text, attrs...)
}
