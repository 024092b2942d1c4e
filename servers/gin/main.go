// Gin is net/http's goroutine per request behind gin's router and context, in
// release mode and without middleware: what the framework itself costs.
package main

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/nethttp"
	"github.com/notifybench/notifybench/servers/internal/notification"
	"github.com/notifybench/notifybench/servers/internal/serve"
)

func main() { serve.Main(serve.Style{Name: "gin", New: newServer}) }

func newServer(svc *notification.Service, health serve.Health, log *slog.Logger) serve.Server {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.RedirectTrailingSlash = false
	router.HandleMethodNotAllowed = true
	router.POST(contract.PathNotify, func(c *gin.Context) { notify(c, svc) })
	router.GET(contract.PathHealth, func(c *gin.Context) { nethttp.Health(c.Writer, health) })
	router.NoRoute(func(c *gin.Context) { nethttp.Write(c.Writer, notification.NotFound()) })
	router.NoMethod(func(c *gin.Context) {
		// The router has found out and set what is allowed.
		nethttp.Write(c.Writer, notification.MethodNotAllowed(c.Writer.Header().Get("Allow")))
	})
	return nethttp.NewServer(http.Handler(router), log)
}

func notify(c *gin.Context, svc *notification.Service) {
	arrived := time.Now()
	if body, ok := nethttp.ReadBody(c.Writer, c.Request); ok {
		nethttp.Write(c.Writer, svc.Notify(arrived, body))
	}
}
