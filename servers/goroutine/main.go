// Goroutine is the style of net/http: every connection has a goroutine, which
// carries each request from start to finish. Nothing bounds how many there are.
package main

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/notifybench/notifybench/servers/internal/nethttp"
	"github.com/notifybench/notifybench/servers/internal/notification"
	"github.com/notifybench/notifybench/servers/internal/serve"
)

func main() { serve.Main(serve.Style{Name: "goroutine", New: newServer}) }

func newServer(svc *notification.Service, health serve.Health, log *slog.Logger) serve.Server {
	notify := func(w http.ResponseWriter, r *http.Request) {
		arrived := time.Now()
		if body, ok := nethttp.ReadBody(w, r); ok {
			nethttp.Write(w, svc.Notify(arrived, body))
		}
	}
	return nethttp.NewServer(nethttp.Routes(notify, health), log)
}
