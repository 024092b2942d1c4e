package notification

import "github.com/notifybench/notifybench/internal/contract"

// channel is one way to reach a person: which field of a notification holds the
// address and which one the text that must not be empty.
type channel struct {
	name         string
	urlEnv       string
	addressField string
	address      func(*contract.Notification) string
	badAddress   func(string) string // what is wrong with it, "" when nothing is
	textField    string
	text         func(*contract.Notification) string
}

const channelCount = 3

// channels lists every channel in calling order. It is never written to.
var channels = [channelCount]channel{
	{contract.Email, contract.EnvEmailURL, "email", emailOf, badEmail, "subject", subjectOf},
	{contract.SMS, contract.EnvSMSURL, "phone", phoneOf, badPhone, "message", messageOf},
	{contract.Push, contract.EnvPushURL, "device_token", tokenOf, badToken, "message", messageOf},
}

func emailOf(n *contract.Notification) string   { return n.Email }
func phoneOf(n *contract.Notification) string   { return n.Phone }
func tokenOf(n *contract.Notification) string   { return n.DeviceToken }
func subjectOf(n *contract.Notification) string { return n.Subject }
func messageOf(n *contract.Notification) string { return n.Message }

// channelIndex finds a channel by name; -1 when there is none.
func channelIndex(name string) int {
	for i := range channels {
		if channels[i].name == name {
			return i
		}
	}
	return -1
}
