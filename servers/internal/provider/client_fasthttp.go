package provider

import (
	"errors"
	"net"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// fastHTTPClient makes the calls with fasthttp, one host client per provider. It
// does so on the caller's goroutine: nothing is still running when post returns.
type fastHTTPClient struct {
	hosts [channelCount]*fastHTTPHost
}

var _ client = (*fastHTTPClient)(nil)

func newFastHTTPClient(cfg *Config, to *targets) client {
	c := new(fastHTTPClient)
	for i, t := range to {
		if t != nil {
			c.hosts[i] = newFastHTTPHost(t, cfg)
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

func (c *fastHTTPClient) post(channel int, body []byte, deadline time.Time, a *answer) error {
	return c.hosts[channel].post(body, deadline, a)
}

// fastHTTPHost is one provider.
type fastHTTPHost struct {
	wire     wire
	client   *fasthttp.HostClient
	requests sync.Pool // *fasthttp.Request, all but the body filled in
}

func newFastHTTPHost(t *target, cfg *Config) *fastHTTPHost {
	tls := t.url.Scheme == "https"
	h := &fastHTTPHost{wire: t.wire, client: &fasthttp.HostClient{
		Addr:                fasthttp.AddMissingPort(t.url.Host, tls),
		IsTLS:               tls,
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
	h.requests.New = func() any { return newFastHTTPRequest(t, cfg.PerRequest) }
	return h
}

func newFastHTTPRequest(t *target, last bool) *fasthttp.Request {
	r := new(fasthttp.Request)
	r.SetRequestURI(t.url.String())
	r.Header.SetMethod(fasthttp.MethodPost)
	r.Header.SetContentType(t.endpoint.contentType)
	if t.endpoint.authorization != "" {
		r.Header.Set(fasthttp.HeaderAuthorization, t.endpoint.authorization)
	}
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

func (h *fastHTTPHost) post(body []byte, deadline time.Time, a *answer) error {
	req := h.requests.Get().(*fasthttp.Request)
	res := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(res)
	req.SetBodyRaw(body)
	err := h.client.DoDeadline(req, res, deadline)
	req.SetBodyRaw(nil)
	h.requests.Put(req)
	if err != nil && !errors.Is(err, fasthttp.ErrBodyTooLarge) {
		return fastHTTPError(err, res, deadline)
	}
	h.read(res, err == nil, a)
	return nil
}

// read understands a reply. The body of one that is too long says nothing.
func (h *fastHTTPHost) read(res *fasthttp.Response, whole bool, a *answer) {
	r := reply{status: res.StatusCode(), header: (*fastHTTPHeader)(&res.Header)}
	if whole {
		r.body = res.Body()
	}
	*a = understand(h.wire, r)
}

// fastHTTPHeader is the header of a reply.
type fastHTTPHeader fasthttp.ResponseHeader

func (h *fastHTTPHeader) peek(name string) []byte {
	return (*fasthttp.ResponseHeader)(h).Peek(name)
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
