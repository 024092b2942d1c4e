package notification

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/notifybench/notifybench/servers/internal/store"
)

const (
	lookTime = 5 * time.Second // of GET /notifications/{id}
	maxID    = 64              // bytes
)

// Lookup answers GET /notifications/{id}: what became of a notification so far.
func (s *Service) Lookup(id string) Reply {
	switch {
	case s.store == nil:
		return refuse(http.StatusNotFound, "this service keeps no notifications")
	case id == "" || len(id) > maxID:
		return refuse(http.StatusNotFound, "no such notification")
	}
	if s.queued != nil {
		if body := s.queued.look(id); body != nil { // ours, and newer than what is stored
			return Reply{Status: http.StatusOK, Body: body}
		}
	}
	ctx, cancel := context.WithTimeout(s.ctx, lookTime)
	defer cancel()
	r, err := s.store.Load(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return refuse(http.StatusNotFound, "no such notification")
	case err != nil:
		return *s.unavailable("look up the notification", err)
	}
	return Reply{Status: http.StatusOK, Body: r.Body}
}
