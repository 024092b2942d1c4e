// Package nethttp is what the styles on net/http have in common: limits on slow
// and oversized requests, and replies on the wire.
//
// Limits: 5 s for the head of a request, 10 s for its body, 4 KiB of head (to
// which net/http adds a buffer of 4 KiB). There is no write timeout: an answer
// fits the socket's buffer, and the clock of net/http's would run while the
// request is served.
package nethttp

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification"
	"github.com/notifybench/notifybench/servers/internal/serve"
)

const (
	headTimeout = 5 * time.Second
	bodyTimeout = 10 * time.Second
	idleTimeout = 2 * time.Minute
	headLimit   = 4 << 10
)

// NewServer is a server around a handler.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headLimit,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// Routes is the whole of the service's URL space; a style brings the handler of
// POST /notify. A multiplexer would answer 404 and 405 in plain text.
func Routes(notify http.HandlerFunc, health serve.Health) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case contract.PathNotify:
			if r.Method != http.MethodPost {
				Write(w, notification.MethodNotAllowed(http.MethodPost))
				return
			}
			notify(w, r)
		case contract.PathHealth:
			if r.Method != http.MethodGet {
				Write(w, notification.MethodNotAllowed(http.MethodGet))
				return
			}
			Health(w, health)
		default:
			Write(w, notification.NotFound())
		}
	}
}

// Health answers GET /healthz.
func Health(w http.ResponseWriter, health serve.Health) {
	status, body := health()
	Write(w, notification.Reply{Status: status, Body: body})
}

// ReadBody reads the body of a request, or answers it and returns false.
func ReadBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	if r.ContentLength > contract.MaxBody {
		Write(w, notification.BodyTooLarge())
		return nil, false
	}
	body, err := readInTime(w, r)
	if err != nil {
		w.Header().Set("Connection", "close")
		Write(w, readFailure(err))
		return nil, false
	}
	return body, true
}

// readInTime cuts a slow client off. The deadline is lifted afterwards, as one
// that passes while the request is served would look like a client that has gone.
func readInTime(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	conn := http.NewResponseController(w)
	if err := conn.SetReadDeadline(time.Now().Add(bodyTimeout)); err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if r.ContentLength > 0 {
		buf.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	if _, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, contract.MaxBody)); err != nil {
		return nil, err
	}
	return buf.Bytes(), conn.SetReadDeadline(time.Time{})
}

func readFailure(err error) notification.Reply {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return notification.BodyTooLarge()
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return notification.BodyTooSlow()
	}
	return notification.BodyUnreadable()
}

// jsonType is shared by all answers and never written to.
var jsonType = []string{notification.ContentType}

// Write sends a reply.
func Write(w http.ResponseWriter, reply notification.Reply) {
	h := w.Header()
	h["Content-Type"] = jsonType
	values := [...]string{strconv.Itoa(len(reply.Body)), reply.Timing}
	h["Content-Length"] = values[:1:1]
	if reply.Timing != "" {
		h[contract.HeaderTiming] = values[1:]
	}
	if reply.Allow != "" {
		h.Set("Allow", reply.Allow)
	}
	if reply.RetryAfter != "" {
		h.Set("Retry-After", reply.RetryAfter)
	}
	w.WriteHeader(reply.Status)
	w.Write(reply.Body) // a client that has gone is no one's failure
}
