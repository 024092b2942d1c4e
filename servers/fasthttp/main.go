// Fasthttp is the style of the fasthttp library: a goroutine per connection out
// of a pool of its own, request and response objects used again and again, and
// (by default) its client for the provider calls as well.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification"
	"github.com/notifybench/notifybench/servers/internal/serve"
)

// As in the styles on net/http: 5 s for the head of a request, 10 s for its body.
const (
	headTimeout = 5 * time.Second
	bodyTimeout = 10 * time.Second
	idleTimeout = 2 * time.Minute
	headLimit   = 4 << 10
	// What is read of a body that is too large, as in net/http: an answer to one
	// that is cut off while the client still sends is lost to a reset.
	readLimit = 256 << 10
)

func main() {
	serve.Main(serve.Style{
		Name:     "fasthttp",
		Defaults: map[string]string{contract.EnvClient: contract.ClientFastHTTP},
		New:      newServer,
	})
}

func newServer(site *serve.Site, log *slog.Logger) serve.Server {
	return server{&fasthttp.Server{
		Handler:      handler(site),
		ErrorHandler: unreadable,
		// A limit of its own for the body, or both would share the first one.
		HeaderReceived: func(*fasthttp.RequestHeader) fasthttp.RequestConfig {
			return fasthttp.RequestConfig{ReadTimeout: bodyTimeout}
		},
		ReadTimeout:                  headTimeout,
		WriteTimeout:                 bodyTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               headLimit,
		MaxRequestBodySize:           readLimit,
		CloseOnShutdown:              true,
		DisablePreParseMultipartForm: true,
		NoDefaultServerHeader:        true,
		Logger:                       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}}
}

// server adapts the names of methods.
type server struct{ http *fasthttp.Server }

var _ serve.Server = server{}

func (s server) Serve(ln net.Listener) error { return s.http.Serve(ln) }

func (s server) Shutdown(ctx context.Context) error { return s.http.ShutdownWithContext(ctx) }

func handler(site *serve.Site) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		switch reply, notify := site.Answer(string(ctx.Method()), string(ctx.Path())); {
		case !notify:
			write(ctx, reply)
		case len(ctx.PostBody()) > contract.MaxBody:
			write(ctx, notification.BodyTooLarge())
		default:
			write(ctx, site.Service.Notify(notification.Request{
				Arrived: ctx.Time(), Body: ctx.PostBody(),
				Key: string(ctx.Request.Header.Peek(contract.HeaderIdempotencyKey)),
				ID:  string(ctx.Request.Header.Peek(contract.HeaderRequestID)),
			}))
		}
	}
}

func write(ctx *fasthttp.RequestCtx, reply notification.Reply) {
	ctx.Response.SetStatusCode(reply.Status)
	ctx.Response.SetBodyRaw(reply.Body)
	reply.Headers(func(name, value string) bool {
		ctx.Response.Header.Set(name, value)
		return true
	})
}

// unreadable answers a request that could not be read.
func unreadable(ctx *fasthttp.RequestCtx, err error) {
	_, tooBig := errors.AsType[*fasthttp.ErrSmallBuffer](err)
	timeout, isNet := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		write(ctx, notification.BodyTooLarge())
	case tooBig:
		write(ctx, notification.HeaderTooLarge())
	case isNet && timeout.Timeout():
		write(ctx, notification.BodyTooSlow())
	default:
		write(ctx, notification.BodyUnreadable())
	}
}
