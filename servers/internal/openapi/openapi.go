// Package openapi holds the description of the service's HTTP interface, as every
// server serves it at GET /openapi.yaml. The conformance suite holds the servers to
// it.
package openapi

import (
	_ "embed"
	"net/http"

	"github.com/notifybench/notifybench/servers/internal/notification"
)

//go:embed openapi.yaml
var description []byte

// Reply is the description as an answer.
func Reply() notification.Reply {
	return notification.Reply{Status: http.StatusOK, Type: "application/yaml", Body: description}
}
