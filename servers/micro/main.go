// Micro is the twin of python-micro: a route for each claim about one mechanism, in
// the way that is usual in Go. It is an illustration, not a service; what a mechanism
// needs around it (port, health, signals, several processes) comes from package serve.
package main

import (
	"log/slog"
	"net/http"

	"github.com/notifybench/notifybench/servers/internal/nethttp"
	"github.com/notifybench/notifybench/servers/internal/serve"
)

// route is one mechanism: a path and what makes its handler, once for a process.
type route struct {
	path string
	make func(*micro) handler
}

// routes is the registry, one line each; server.yaml has the same ones.
func routes() []route {
	return []route{
		{"/trivial", trivial},
		{"/gather", gather},
		{"/sequential", sequential},
		{"/bounded", bounded},
		{"/threads", threads},
		{"/blocking/sleep", blockingSleep},
		{"/blocking/await", blockingSleep}, // there is one way to sleep in Go
		{"/cpu/serial", cpuSerial},
		{"/cpu/gather", cpuGather},
		{"/taskgroup", taskGroup},
		{"/gather-all", gatherAll},
		{"/retry", retry},
		{"/pg/one", pgOne},
		{"/pg/pool", pgPool},
		{"/pg/single", pgSingle},
		{"/pg/batch", pgBatch},
		{"/redis/sync", redisOne},
		{"/redis/async", redisPool},
	}
}

func main() { serve.Main(serve.Style{Name: "micro", New: newServer}) }

func newServer(site *serve.Site, log *slog.Logger) serve.Server {
	m, handlers := newMicro(), map[string]handler{}
	for _, r := range routes() {
		handlers[r.path] = r.make(m)
	}
	return nethttp.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handle, found := handlers[r.URL.Path]
		switch {
		case !found: // /healthz and the like
			reply, _ := site.Answer(r.Method, r.URL.Path)
			nethttp.WritePage(w, reply)
		case r.Method != http.MethodPost:
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
		default:
			write(w, handle(r))
		}
	}), log)
}
