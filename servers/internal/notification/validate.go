package notification

import (
	"fmt"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
)

// Longest values of the fields, in bytes.
const (
	maxEmail   = 254 // of a path in SMTP
	maxToken   = 4096
	maxSubject = 998 // of a line in a mail header
	maxMessage = 8192
)

// selection is the channels to use, by index.
type selection [channelCount]bool

// precheck finds what is wrong with a notification to a user before the user is
// looked up; what the user decides, validate finds later.
func precheck(n *contract.Notification, cfg *Config) []contract.FieldError {
	v := validator{note: n, cfg: cfg}
	v.lengths()
	if cfg.Store == contract.StoreNone {
		v.problem("user_id", "this service knows no users: give addresses")
	}
	for i := range channels {
		if channels[i].address(n) != "" {
			v.problem(channels[i].addressField, "give user_id or addresses, not both")
		}
	}
	if len(n.DeviceTokens) > 0 {
		v.problem("device_tokens", "give user_id or addresses, not both")
	}
	return v.problems
}

// validate says which channels to use, or everything that is wrong.
func validate(o *order, cfg *Config) (selection, []contract.FieldError) {
	v := validator{note: &o.note, cfg: cfg, optedOut: o.optedOut}
	var chosen selection
	v.lengths()
	v.addresses()
	v.devices()
	if o.note.Channels == nil {
		chosen = v.reachable()
	} else {
		chosen = v.named()
	}
	v.texts(chosen)
	v.wanted(chosen)
	return chosen, v.problems
}

// validator collects what is wrong with one notification.
type validator struct {
	note     *contract.Notification
	cfg      *Config
	optedOut selection
	problems []contract.FieldError
}

func (v *validator) problem(field, format string, args ...any) {
	v.problems = append(v.problems, contract.FieldError{Field: field, Problem: fmt.Sprintf(format, args...)})
}

func (v *validator) lengths() {
	if len(v.note.Subject) > maxSubject {
		v.problem("subject", "longer than %d bytes", maxSubject)
	}
	if len(v.note.Message) > maxMessage {
		v.problem("message", "longer than %d bytes", maxMessage)
	}
}

func (v *validator) addresses() {
	any := false
	for i := range channels {
		address := channels[i].address(v.note)
		if address == "" {
			continue
		}
		any = true
		if bad := channels[i].badAddress(address); bad != "" {
			v.problem(channels[i].addressField, "%s", bad)
		}
	}
	if !any && len(v.note.DeviceTokens) == 0 {
		v.problem("email", "an address is missing: give email, phone or device_token")
	}
}

// devices checks the list of device tokens.
func (v *validator) devices() {
	tokens := v.note.DeviceTokens
	switch {
	case len(tokens) > contract.MaxDeviceTokens:
		v.problem("device_tokens", "more than %d", contract.MaxDeviceTokens)
	case len(tokens) > 0 && v.note.DeviceToken != "":
		v.problem("device_tokens", "give device_token or device_tokens, not both")
	}
	for _, t := range tokens {
		if bad := badToken(t); bad != "" || t == "" {
			v.problem("device_tokens", "not a device token")
			return
		}
	}
}

// addressed says whether there is an address for a channel.
func (v *validator) addressed(channel int) bool {
	return channels[channel].address(v.note) != "" ||
		channels[channel].name == contract.Push && len(v.note.DeviceTokens) > 0
}

// reachable is every offered channel that the notification has an address for.
func (v *validator) reachable() (chosen selection) {
	addressed, any := false, false
	for i := range channels {
		has := v.addressed(i)
		chosen[i] = has && v.cfg.Calls.URLs[i] != nil && !v.optedOut[i]
		addressed, any = addressed || has, any || chosen[i]
	}
	if addressed && !any && v.optedOut == (selection{}) {
		v.problem("channels", "no channel with an address is offered here")
	}
	return chosen
}

// named is the channels that the notification asks for.
func (v *validator) named() (chosen selection) {
	if len(v.note.Channels) == 0 {
		v.problem("channels", "empty; leave it out to use every channel with an address")
	}
	if len(v.note.Channels) > channelCount {
		v.problem("channels", "more than %d", channelCount)
		return chosen
	}
	for _, name := range v.note.Channels {
		i := channelIndex(name)
		switch {
		case i < 0:
			v.problem("channels", "unknown channel %q (valid: %s)", name, strings.Join(contract.Channels(), ", "))
			continue
		case chosen[i]:
			v.problem("channels", "%s is repeated", name)
		case v.cfg.Calls.URLs[i] == nil:
			v.problem("channels", "%s is not offered here", name)
		case !v.addressed(i):
			v.problem(channels[i].addressField, "required for %s", name)
		}
		chosen[i] = true
	}
	return chosen
}

// texts wants something to say on every chosen channel.
func (v *validator) texts(chosen selection) {
	for i := range channels {
		c := &channels[i]
		if !chosen[i] || c.text(v.note) != "" || v.has(c.textField) {
			continue
		}
		v.problem(c.textField, "required for %s", c.name)
	}
}

// wanted refuses what the user wants on no channel.
func (v *validator) wanted(chosen selection) {
	for i := range chosen {
		if chosen[i] && !v.optedOut[i] {
			return
		}
	}
	if v.problems == nil {
		v.problem("channels", "the user has opted out of every channel")
	}
}

func (v *validator) has(field string) bool {
	for _, p := range v.problems {
		if p.Field == field {
			return true
		}
	}
	return false
}

// badEmail is no grammar of addresses: it finds what cannot be one.
func badEmail(s string) string {
	local, domain, found := strings.Cut(s, "@")
	switch {
	case len(s) > maxEmail:
		return fmt.Sprintf("longer than %d bytes", maxEmail)
	case !found || local == "" || domain == "" || strings.Contains(domain, "@") || unprintable(s):
		return "not an email address"
	}
	return ""
}

func badPhone(s string) string {
	digits := strings.TrimPrefix(s, "+")
	if len(digits) < 5 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return "not a phone number: 5 to 15 digits after an optional +"
	}
	return ""
}

func badToken(s string) string {
	switch {
	case len(s) > maxToken:
		return fmt.Sprintf("longer than %d bytes", maxToken)
	case unprintable(s):
		return "not a device token"
	}
	return ""
}

// unprintable says whether s holds a space or a control character.
func unprintable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f {
			return true
		}
	}
	return false
}
