package provider

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
)

// netHTTPClient makes the calls with a net/http transport of its own. It uses the
// transport without an http.Client, whose additions (redirects, cookies, a
// timeout) are not wanted here.
type netHTTPClient struct {
	transport *http.Transport
	to        *targets
	requests  [channelCount]*http.Request // templates
	buffers   sync.Pool                   // *bytes.Buffer of replies
}

var _ client = (*netHTTPClient)(nil)

func newNetHTTPClient(cfg *Config, to *targets) client {
	c := &netHTTPClient{to: to, transport: &http.Transport{
		Proxy:       nil,
		DialContext: (&net.Dialer{}).DialContext,
		// The default of two idle connections would close all others after each call.
		MaxIdleConnsPerHost: cfg.MaxConns,
		MaxConnsPerHost:     cfg.MaxConns,
		IdleConnTimeout:     idleTimeout,
		DisableCompression:  true,
		DisableKeepAlives:   cfg.PerRequest,
		TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1 only
	}}
	c.buffers.New = func() any { return new(bytes.Buffer) }
	for i, t := range to {
		if t != nil {
			c.requests[i] = newNetHTTPRequest(t)
		}
	}
	return c
}

func newNetHTTPRequest(t *target) *http.Request {
	h := http.Header{"Content-Type": {t.endpoint.contentType}, "User-Agent": {userAgent}}
	if t.endpoint.authorization != "" {
		h["Authorization"] = []string{t.endpoint.authorization}
	}
	return &http.Request{Method: http.MethodPost, URL: t.url, Host: t.url.Host, Header: h}
}

func (c *netHTTPClient) close() { c.transport.CloseIdleConnections() }

func (c *netHTTPClient) post(channel int, body []byte, deadline time.Time, a *answer) error {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	sent := &trackedBody{data: body}
	req := c.requests[channel].WithContext(ctx)
	req.Body, req.ContentLength, req.GetBody = sent, int64(len(body)), sent.again
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return netHTTPError(ctx, err, sent.written.Load())
	}
	if err := c.read(c.to[channel], res, a); err != nil {
		return netHTTPError(ctx, err, true)
	}
	return nil
}

// read reads the reply to its end, so that the connection can be used again. One
// that is too long costs what its body says and the connection.
func (c *netHTTPClient) read(t *target, res *http.Response, a *answer) error {
	defer res.Body.Close()
	buf := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buf)
	buf.Reset()
	n, err := buf.ReadFrom(io.LimitReader(res.Body, maxReply+1))
	if err != nil {
		return err
	}
	r := reply{status: res.StatusCode, header: netHTTPHeader(res.Header)}
	if n <= maxReply {
		r.body = buf.Bytes()
	}
	*a = understand(t.wire, r)
	return nil
}

// netHTTPHeader is the header of a reply.
type netHTTPHeader http.Header

func (h netHTTPHeader) peek(name string) []byte {
	if values := h[name]; len(values) > 0 {
		return []byte(values[0])
	}
	return nil
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
