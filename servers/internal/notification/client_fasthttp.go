package notification

import (
	"errors"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// fastHTTPClient makes the calls with fasthttp, one host client per provider. It
// does so on the caller's goroutine: nothing is still running when post returns.
type fastHTTPClient struct {
	hosts [channelCount]*fastHTTPHost
}

var _ client = (*fastHTTPClient)(nil)

func newFastHTTPClient(cfg Config) client {
	c := new(fastHTTPClient)
	for i, u := range cfg.Providers {
		if u != nil {
			c.hosts[i] = newFastHTTPHost(u, cfg)
		}
	}
	return c
}

func (c *fastHTTPClient) close() {
	for _, h := range c.hosts {
		if h != nil {
			h.client.CloseIdleConnections()
		}
	}
}

func (c *fastHTTPClient) post(channel int, body []byte, deadline time.Time) (response, error) {
	return c.hosts[channel].post(body, deadline)
}

// fastHTTPHost is one provider.
type fastHTTPHost struct {
	client   *fasthttp.HostClient
	requests sync.Pool // *fasthttp.Request, all but the body filled in
}

func newFastHTTPHost(u *url.URL, cfg Config) *fastHTTPHost {
	h := &fastHTTPHost{client: &fasthttp.HostClient{
		Addr:                fasthttp.AddMissingPort(u.Host, u.Scheme == "https"),
		IsTLS:               u.Scheme == "https",
		Name:                userAgent,
		DialTimeout:         dialTCP,
		MaxConns:            cfg.MaxConns,
		MaxConnWaitTimeout:  cfg.CallTimeout, // without it a call fails at once when all are in use
		MaxIdleConnDuration: idleTimeout,
		MaxResponseBodySize: maxReply,
		// As net/http does. First in, first out moves the whole list at every call.
		ConnPoolStrategy:          fasthttp.LIFO,
		MaxIdemponentCallAttempts: 1,
		RetryIfErr:                func(*fasthttp.Request, int, error) (bool, bool) { return false, false },
		DisablePathNormalizing:    true,
	}}
	h.requests.New = func() any { return newFastHTTPRequest(u, cfg.ClientPerRequest) }
	return h
}

func newFastHTTPRequest(u *url.URL, last bool) *fasthttp.Request {
	r := new(fasthttp.Request)
	r.SetRequestURI(u.String())
	r.Header.SetMethod(fasthttp.MethodPost)
	r.Header.SetContentType(ContentType)
	if last {
		r.SetConnectionClose()
	}
	return r
}

// dialTCP replaces the library's dialer, which resolves names by rules of its own
// and knows IPv4 only.
func dialTCP(addr string, timeout time.Duration) (net.Conn, error) {
	if timeout <= 0 { // a connection made for whoever waits first
		timeout = fasthttp.DefaultDialTimeout
	}
	return net.DialTimeout("tcp", addr, timeout)
}

func (h *fastHTTPHost) post(body []byte, deadline time.Time) (response, error) {
	req := h.requests.Get().(*fasthttp.Request)
	res := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(res)
	req.SetBodyRaw(body)
	err := h.client.DoDeadline(req, res, deadline)
	req.SetBodyRaw(nil)
	h.requests.Put(req)
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return response{status: res.StatusCode()}, nil
	case err != nil:
		return response{}, fastHTTPError(err, res, deadline)
	}
	r := response{status: res.StatusCode(), id: plainID(res.Body())}
	r.served, r.timed = servedTime(res.Header.Peek(contract.HeaderTiming))
	return r, nil
}

// fastHTTPError takes a call for written as soon as it had a connection. That is
// the careful side: a request of this size never blocks half-way.
func fastHTTPError(err error, res *fasthttp.Response, deadline time.Time) error {
	timeout := errors.Is(err, fasthttp.ErrNoFreeConns) || !time.Now().Before(deadline)
	if t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok && t.Timeout() {
		timeout = true
	}
	return &callError{err: err, timeout: timeout, written: res.RemoteAddr() != nil}
}
