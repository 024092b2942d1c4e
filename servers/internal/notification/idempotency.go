package notification

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/store"
)

const (
	// keepKeys is how long the answer under an idempotency key is replayed.
	keepKeys = 24 * time.Hour
	// leaseMargin is how long after its deadline a request that has not come back is
	// taken for dead: its key is then free again.
	leaseMargin = 5 * time.Second
)

// claim takes the idempotency key of a request. The reply is that of an earlier
// request, or says why this one cannot be carried; nil: it is the first.
func (s *Service) claim(ctx context.Context, r *Request) *Reply {
	switch {
	case r.Key == "":
		return nil
	case len(r.Key) > contract.MaxIdempotencyKey || unprintable(r.Key):
		refusal := refuse(http.StatusBadRequest, "the idempotency key is no word of at most 255 characters")
		return &refusal
	}
	c, err := s.keys.Claim(ctx, r.Key, sha256.Sum256(r.Body), time.Now(), s.cfg.Deadline+leaseMargin, keepKeys)
	if err != nil {
		return s.unavailable("look up the idempotency key", err)
	}
	return s.claimed(c)
}

func (s *Service) claimed(c store.Claim) *Reply {
	s.meters.Key(c.State.String())
	switch c.State {
	case store.Done:
		return replayed(c)
	case store.Running:
		r := refuse(http.StatusConflict, "a request with this idempotency key is being carried")
		r.RetryAfter = "1"
		return &r
	case store.Mismatch:
		return invalid(contract.FieldError{
			Field: contract.HeaderIdempotencyKey, Problem: "was used with another body",
		})
	}
	return nil
}

// replayed is an earlier answer once more.
func replayed(c store.Claim) *Reply {
	r := &Reply{Status: c.Status, Body: c.Body, Replayed: true}
	var a struct {
		ID string `json:"id"`
	}
	if c.Status == http.StatusAccepted && json.Unmarshal(c.Body, &a) == nil {
		r.Location = contract.PathNotifications + a.ID
	}
	return r
}

// settlement is what is kept under the key of a request; nil where it has none.
func settlement(key string, reply *Reply) *store.Settlement {
	if key == "" {
		return nil
	}
	return &store.Settlement{Key: key, Status: reply.Status, Body: reply.Body}
}

// release frees a key whose request came to nothing: it may be made again. One
// whose calls may have arrived keeps its key, lest they be made twice.
func (s *Service) release(key string) {
	if key == "" {
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, keepTime)
	defer cancel()
	if err := s.keys.Release(ctx, key); err != nil {
		s.warn("cannot release an idempotency key; it is free when its lease ends", "error", err)
	}
}

// final says that a repetition of the request is to be answered with the same reply.
func (r *Reply) final(o *order) bool {
	if r.Status < http.StatusInternalServerError {
		return true
	}
	for i := range o.calls {
		r := &o.calls[i].result
		if r.Status == contract.StatusUnknown || r.Status == contract.StatusSent || r.MayHaveArrived {
			return true
		}
	}
	return false
}
