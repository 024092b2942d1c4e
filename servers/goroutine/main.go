// Goroutine is the style of net/http: every connection has a goroutine, which
// carries each request from start to finish. Nothing bounds how many there are.
package main

import (
	"log/slog"
	"net/http"

	"github.com/notifybench/notifybench/servers/internal/nethttp"
	"github.com/notifybench/notifybench/servers/internal/serve"
)

func main() { serve.Main(serve.Style{Name: "goroutine", New: newServer}) }

func newServer(site *serve.Site, log *slog.Logger) serve.Server {
	notify := func(w http.ResponseWriter, r *http.Request) {
		if request, ok := nethttp.ReadRequest(w, r); ok {
			nethttp.Write(w, site.Service.Notify(request))
		}
	}
	return nethttp.NewServer(nethttp.Handler(site, notify), log)
}
