// Pool is the style of blocking servers with a fixed number of workers: each
// carries one request from start to finish, and the others wait in a backlog of
// bounded length. When that is full a request is refused at once.
//
// The connections are net/http's; a goroutine reads each, hands its request over
// and waits. Service begins when a worker takes the request.
package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"

	"github.com/notifybench/notifybench/servers/internal/nethttp"
	"github.com/notifybench/notifybench/servers/internal/serve"
)

func main() { serve.Main(serve.Style{Name: "pool", New: newServer}) }

func newServer(site *serve.Site, log *slog.Logger) serve.Server {
	cfg := site.Service.Config()
	s := &server{pool: newPool(cfg.Workers, cfg.Backlog, site.Service.Notify, site.Service.Busy)}
	s.http = nethttp.NewServer(nethttp.Handler(site, s.notify), log)
	return s
}

// server is the pool behind its HTTP server.
type server struct {
	http *http.Server
	pool *pool
}

var _ serve.Server = (*server)(nil)

func (s *server) Serve(ln net.Listener) error { return s.http.Serve(ln) }

// Shutdown drains the backlog, as every request in it has a connection waiting;
// then the workers go home.
func (s *server) Shutdown(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return err
	}
	s.pool.close()
	return nil
}

func (s *server) notify(w http.ResponseWriter, r *http.Request) {
	request, ok := nethttp.ReadRequest(w, r)
	if !ok {
		return
	}
	if reply, answered := s.pool.do(r.Context(), request); answered {
		nethttp.Write(w, reply)
	}
}
