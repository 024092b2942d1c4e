package server

import (
	"slices"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

// ServiceNotification is the service that honours every well-known setting but
// those of a scheduling of its own, which a style that has it lists itself.
const ServiceNotification = "notification"

// ofStyles are the well-known settings that only some styles have.
func ofStyles() []string { return []string{"workers", "backlog"} }

// decodeService reads which service a program offers; the settings are those that
// come with it.
func decodeService(n strict.Node) (settings []contract.Setting) {
	var name string
	if !n.OneOf(&name, ServiceNotification) {
		return nil
	}
	return slices.DeleteFunc(contract.Settings(), func(c contract.Setting) bool {
		return slices.Contains(ofStyles(), c.Name)
	})
}
