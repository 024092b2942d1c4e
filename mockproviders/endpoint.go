package mockproviders

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// Limits of what a caller may send.
const (
	maxBody   = 64 << 10
	maxHeader = 4 << 10 // fasthttp's read buffer, allocated per connection
)

// handler answers requests, and counts those refused before it sees them.
type handler interface {
	serve(ctx *fasthttp.RequestCtx)
	refused()
}

// endpoint is one listening port with its connections. It accepts and owns the
// connections itself, because fasthttp's Serve leaves a housekeeping goroutine
// behind and its Shutdown waits for calls that sleep.
type endpoint struct {
	url      string
	listener net.Listener
	server   fasthttp.Server
	clock    clock
	accepted atomic.Uint64

	mu      sync.Mutex
	conns   map[*conn]struct{}
	running sync.WaitGroup // the accept loop and one per connection
}

func listen(opts Options, name string, h handler, k clock) (*endpoint, error) {
	host := opts.Host
	if host == "" {
		host = "127.0.0.1"
	}
	address := net.JoinHostPort(host, strconv.Itoa(opts.Ports[name]))
	// Without keep-alive probes a connection costs two system calls less.
	l, err := (&net.ListenConfig{KeepAlive: -1}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", name, err)
	}
	e := &endpoint{url: baseURL(l.Addr()), listener: l, clock: k, conns: map[*conn]struct{}{}}
	e.server = fasthttp.Server{
		Handler:                      h.serve,
		ErrorHandler:                 malformed(h),
		Logger:                       silent{},
		Concurrency:                  256 << 10,
		MaxRequestBodySize:           maxBody,
		ReadBufferSize:               maxHeader,
		WriteBufferSize:              1 << 10,
		NoDefaultServerHeader:        true,
		NoDefaultDate:                true,
		DisablePreParseMultipartForm: true,
	}
	return e, nil
}

// baseURL is where a caller on this machine reaches a listener.
func baseURL(a net.Addr) string {
	host, port, _ := net.SplitHostPort(a.String()) // a listener's own address always splits
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (e *endpoint) start() { e.running.Go(e.accept) }

// accept serves connections until the listener is closed.
func (e *endpoint) accept() {
	for {
		c, err := e.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of file descriptors: callers that hang up free some
			time.Sleep(10 * time.Millisecond)
			continue
		}
		tc := newConn(c.(*net.TCPConn), e.accepted.Add(1), e.clock)
		e.mu.Lock()
		e.conns[tc] = struct{}{}
		e.mu.Unlock()
		e.running.Go(func() { e.serve(tc) })
	}
}

func (e *endpoint) serve(c *conn) {
	// An error here is the caller's: a broken connection or a malformed request,
	// which has been answered and counted.
	_ = e.server.ServeConn(c)
	e.mu.Lock()
	delete(e.conns, c)
	e.mu.Unlock()
}

// drain stops accepting and tells every connection to read no further request.
func (e *endpoint) drain() {
	e.listener.Close()
	e.each(func(c *conn) { _ = c.SetReadDeadline(time.Unix(1, 0)) })
}

func (e *endpoint) busy() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.conns) > 0
}

func (e *endpoint) cut()  { e.each(func(c *conn) { c.TCPConn.Close() }) }
func (e *endpoint) wait() { e.running.Wait() }

func (e *endpoint) each(do func(*conn)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for c := range e.conns {
		do(c)
	}
}

// malformed answers a request that could not be read. A connection that broke in
// the middle of one is nobody's call.
func malformed(h handler) func(*fasthttp.RequestCtx, error) {
	return func(ctx *fasthttp.RequestCtx, err error) {
		var small *fasthttp.ErrSmallBuffer
		var network net.Error
		switch {
		case errors.As(err, &network), errors.Is(err, io.ErrUnexpectedEOF):
			refuse(ctx, fasthttp.StatusRequestTimeout, "the request broke off")
			return
		case errors.Is(err, fasthttp.ErrBodyTooLarge):
			refuse(ctx, fasthttp.StatusRequestEntityTooLarge, fmt.Sprintf("a body above %d bytes", maxBody))
		case errors.As(err, &small):
			problem := fmt.Sprintf("a header above %d bytes", maxHeader)
			refuse(ctx, fasthttp.StatusRequestHeaderFieldsTooLarge, problem)
		default:
			refuse(ctx, fasthttp.StatusBadRequest, "not an HTTP/1.1 request")
		}
		ctx.Conn().(*conn).linger = true
		h.refused()
	}
}

// silent drops fasthttp's log: it tells of callers' broken connections only.
type silent struct{}

func (silent) Printf(string, ...any) {}
