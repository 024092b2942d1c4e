package notification

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// netHTTPClient makes the calls with a net/http transport of its own. It uses the
// transport without an http.Client, whose additions (redirects, cookies, a
// timeout) are not wanted here.
type netHTTPClient struct {
	transport *http.Transport
	requests  [channelCount]*http.Request // templates
	buffers   sync.Pool                   // *bytes.Buffer of replies
}

var _ client = (*netHTTPClient)(nil)

func newNetHTTPClient(cfg Config) client {
	c := &netHTTPClient{transport: &http.Transport{
		Proxy:       nil,
		DialContext: (&net.Dialer{}).DialContext,
		// The default of two idle connections would close all others after each call.
		MaxIdleConnsPerHost: cfg.MaxConns,
		MaxConnsPerHost:     cfg.MaxConns,
		IdleConnTimeout:     idleTimeout,
		DisableCompression:  true,
		DisableKeepAlives:   cfg.ClientPerRequest,
		TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1 only
	}}
	c.buffers.New = func() any { return new(bytes.Buffer) }
	for i, u := range cfg.Providers {
		if u != nil {
			c.requests[i] = &http.Request{
				Method: http.MethodPost, URL: u, Host: u.Host,
				Header: http.Header{"Content-Type": {ContentType}, "User-Agent": {userAgent}},
			}
		}
	}
	return c
}

func (c *netHTTPClient) close() { c.transport.CloseIdleConnections() }

func (c *netHTTPClient) post(channel int, body []byte, deadline time.Time) (response, error) {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	sent := &trackedBody{data: body}
	req := c.requests[channel].WithContext(ctx)
	req.Body, req.ContentLength, req.GetBody = sent, int64(len(body)), sent.again
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return response{}, netHTTPError(ctx, err, sent.written.Load())
	}
	defer res.Body.Close()
	id, err := c.readID(res.Body)
	if err != nil {
		return response{}, netHTTPError(ctx, err, true)
	}
	r := response{status: res.StatusCode, id: id}
	if h := res.Header[contract.HeaderTiming]; len(h) > 0 {
		r.served, r.timed = servedTime([]byte(h[0]))
	}
	return r, nil
}

// readID reads the reply to its end, so that the connection can be used again.
// One that is too long costs its id and the connection.
func (c *netHTTPClient) readID(body io.Reader) (string, error) {
	buf := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buf)
	buf.Reset()
	n, err := buf.ReadFrom(io.LimitReader(body, maxReply+1))
	if err != nil || n > maxReply {
		return "", err
	}
	return plainID(buf.Bytes()), nil
}

func netHTTPError(ctx context.Context, err error, written bool) error {
	timeout := errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil
	return &callError{err: err, timeout: timeout, written: written}
}

// trackedBody is the body of a call that knows when the transport has taken all
// of it: the transport then writes it out at once. (httptrace would tell as much
// for six more allocations a call.)
type trackedBody struct {
	data    []byte
	pos     int
	written atomic.Bool
}

func (b *trackedBody) Read(p []byte) (int, error) {
	n := copy(p, b.data[b.pos:])
	b.pos += n
	if b.pos == len(b.data) {
		b.written.Store(true)
		return n, io.EOF
	}
	return n, nil
}

func (b *trackedBody) Close() error { return nil }

// again starts over. The transport asks for it only where not a byte of the
// request had reached a connection that turned out to be closed, after it has
// stopped reading: a POST that may have arrived is never repeated.
func (b *trackedBody) again() (io.ReadCloser, error) {
	b.pos = 0
	b.written.Store(false)
	return b, nil
}
