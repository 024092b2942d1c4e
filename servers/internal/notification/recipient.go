package notification

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/store"
)

// lookUp finds the user that a notification names, and what they want. A
// notification that carries addresses is for nobody in particular.
func (s *Service) lookUp(ctx context.Context, o *order) *Reply {
	if o.note.UserID == "" {
		return nil
	}
	id, err := strconv.ParseInt(o.note.UserID, 10, 64)
	if err != nil {
		return unknownUser() // ids are numbers: there is none of this name
	}
	user, err := s.users.User(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return unknownUser()
	case err != nil:
		return s.unavailable("look up the user", err)
	}
	o.note.Email, o.note.Phone, o.note.DeviceToken = user.Email, user.Phone, user.DeviceToken
	o.name = user.Name
	for i := range channels {
		o.optedOut[i] = slices.Contains(user.OptedOut, channels[i].name)
	}
	return nil
}

func unknownUser() *Reply {
	r := refuse(http.StatusNotFound, "unknown user", contract.FieldError{Field: "user_id", Problem: "no such user"})
	return &r
}

// unavailable answers when something is gone that the request needs: nothing was
// called, and it may be made again. The particulars are for the log alone.
func (s *Service) unavailable(what string, err error) *Reply {
	s.warn("cannot "+what, "error", err)
	s.meters.Shed("store")
	r := refuse(http.StatusServiceUnavailable, "cannot "+what+" at the moment")
	r.RetryAfter = "1"
	return &r
}
