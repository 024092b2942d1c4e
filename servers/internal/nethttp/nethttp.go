// Package nethttp is what the styles on net/http have in common: limits on slow
// and oversized requests, and replies on the wire.
//
// Limits: 5 s for the head of a request, 10 s for its body, 4 KiB of head (to
// which net/http adds a buffer of 4 KiB), 10 s to take a page of the site.
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
	// Of a page of the site. Answers of POST /notify have none: they fit the socket's
	// buffer, and the clock of net/http's would run while the request is served.
	writeTimeout = 10 * time.Second
	idleTimeout  = 2 * time.Minute
	headLimit    = 4 << 10
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

// Handler answers every request: POST /notify by notify, the style's own way, and
// all else by the site. A multiplexer would answer 404 and 405 in plain text.
func Handler(site *serve.Site, notify http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if reply, ours := site.Answer(r.Method, r.URL.Path); !ours {
			WritePage(w, reply)
			return
		}
		notify(w, r)
	}
}

// ReadRequest reads a POST /notify, or answers it and returns false.
func ReadRequest(w http.ResponseWriter, r *http.Request) (notification.Request, bool) {
	arrived := time.Now()
	body, ok := readBody(w, r)
	return notification.Request{
		Arrived: arrived, Body: body,
		Key: r.Header.Get(contract.HeaderIdempotencyKey), ID: r.Header.Get(contract.HeaderRequestID),
	}, ok
}

// readBody reads the body of a request, or answers it and returns false.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
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

// WritePage sends a reply of the site's, which may be longer than a socket's buffer: a
// client that does not read it is cut off.
func WritePage(w http.ResponseWriter, reply notification.Reply) {
	conn := http.NewResponseController(w)
	if conn.SetWriteDeadline(time.Now().Add(writeTimeout)) != nil {
		return // it has gone
	}
	Write(w, reply)
	if conn.Flush() == nil {
		_ = conn.SetWriteDeadline(time.Time{}) // fails for a client that has gone
	}
}

// jsonType is shared by all answers and never written to.
var jsonType = []string{notification.ContentType}

// Write sends a reply. The fields of nearly every answer are set without a detour.
func Write(w http.ResponseWriter, reply notification.Reply) {
	h := w.Header()
	values := [...]string{strconv.Itoa(len(reply.Body)), reply.Timing}
	h["Content-Length"] = values[:1:1]
	if reply.Usual() {
		h["Content-Type"], h[contract.HeaderTiming] = jsonType, values[1:]
	} else {
		reply.Headers(func(name, value string) bool {
			h.Set(name, value)
			return true
		})
	}
	w.WriteHeader(reply.Status)
	w.Write(reply.Body) // a client that has gone is no one's failure
}
