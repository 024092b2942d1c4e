package contract

import "strings"

// Addresses that the mock providers turn away for good, in any wire format, as a
// real provider does with an address that cannot exist. No seeded user has one.
const (
	BadEmailDomain = "invalid.test"  // any mailbox of it; reserved for tests by RFC 2606
	BadPhonePrefix = "+15005550001"  // what Twilio's test credentials take for an invalid number
	BadTokenPrefix = "unregistered-" // a device whose app was removed
)

// BadAddress reports whether the provider of a channel turns an address away.
func BadAddress(channel, address string) bool {
	switch channel {
	case Email:
		_, domain, _ := strings.Cut(address, "@")
		return strings.EqualFold(domain, BadEmailDomain)
	case SMS:
		return strings.HasPrefix(address, BadPhonePrefix)
	case Push:
		return strings.HasPrefix(address, BadTokenPrefix)
	}
	return false
}
