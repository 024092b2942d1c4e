// Gin is net/http's goroutine per request behind gin's router and context, in
// release mode and without middleware: what the framework itself costs.
package main

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/nethttp"
	"github.com/notifybench/notifybench/servers/internal/serve"
)

func main() { serve.Main(serve.Style{Name: "gin", New: newServer}) }

func newServer(site *serve.Site, log *slog.Logger) serve.Server {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.RedirectTrailingSlash = false
	router.POST(contract.PathNotify, func(c *gin.Context) { notify(c, site) })
	router.NoRoute(func(c *gin.Context) {
		// The site has no notify left: the router has seen to it.
		reply, _ := site.Answer(c.Request.Method, c.Request.URL.Path)
		nethttp.WritePage(c.Writer, reply)
	})
	return nethttp.NewServer(http.Handler(router), log)
}

func notify(c *gin.Context, site *serve.Site) {
	if request, ok := nethttp.ReadRequest(c.Writer, c.Request); ok {
		nethttp.Write(c.Writer, site.Service.Notify(request))
	}
}
