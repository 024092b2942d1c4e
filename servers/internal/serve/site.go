package serve

import (
	"net/http"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification"
	"github.com/notifybench/notifybench/servers/internal/openapi"
)

// Site is the URL space of the service. A style brings POST /notify to Service in
// its own way; all else is answered here, alike in every style.
type Site struct {
	Service *notification.Service
	health  *health
}

// page answers GET of one path, or of all paths that begin with it.
type page struct {
	path   string
	prefix bool
	answer func(s *Site, rest string) notification.Reply
}

func pages() [5]page {
	return [...]page{
		{contract.PathHealth, false, func(s *Site, _ string) notification.Reply { return s.health.live() }},
		{contract.PathReady, false, func(s *Site, _ string) notification.Reply { return s.health.readiness() }},
		{contract.PathMetrics, false, func(s *Site, _ string) notification.Reply { return s.Service.Metrics() }},
		{contract.PathOpenAPI, false, func(*Site, string) notification.Reply { return openapi.Reply() }},
		{contract.PathNotifications, true, func(s *Site, id string) notification.Reply { return s.Service.Lookup(id) }},
	}
}

// Answer is the reply to a request; notify says that it is a POST /notify, which has
// none yet.
func (s *Site) Answer(method, path string) (reply notification.Reply, notify bool) {
	defer s.Service.Catch(&reply)
	if path == contract.PathNotify {
		if method == http.MethodPost {
			return reply, true
		}
		return notification.MethodNotAllowed(http.MethodPost), false
	}
	for _, p := range pages() {
		rest, found := strings.CutPrefix(path, p.path)
		if !found || rest != "" && (!p.prefix || strings.Contains(rest, "/")) {
			continue
		}
		if method != http.MethodGet {
			return notification.MethodNotAllowed(http.MethodGet), false
		}
		return p.answer(s, rest), false
	}
	return notification.NotFound(), false
}
