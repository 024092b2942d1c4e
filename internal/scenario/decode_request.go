package scenario

import (
	"slices"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

// recipients reads for whom a notification is, and what is sent with it.
func (d *decoder) recipients(m strict.Map) {
	d.devices = m.Get("devices")
	m.Get("recipients").OneOf(&d.s.Recipients, Addresses, Users)
	d.devices.Int(&d.s.Devices, 1, contract.MaxDeviceTokens)
	keyed := "false"
	m.Get("idempotency_key").OneOf(&keyed, "true", "false")
	d.s.Keyed = keyed == "true"
}

// checkDevices refuses devices that no notification could go to.
func (d *decoder) checkDevices() {
	switch {
	case !d.devices.Present():
	case d.s.Recipients == Users:
		d.devices.Note("the devices of a user are in the store, not in the request",
			"remove devices, or write recipients: addresses")
	case !slices.Contains(d.s.Channels, contract.Push):
		d.devices.Note("devices are those of push notifications, and no channel is push",
			"remove devices, or add push to the channels and the providers")
	}
}

// CallsPer is how many provider calls a notification makes on one channel, retries
// left out.
func (s *Scenario) CallsPer(channel string) int {
	if channel == contract.Push {
		return max(1, s.Devices)
	}
	return 1
}
