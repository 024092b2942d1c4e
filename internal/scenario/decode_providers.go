package scenario

import (
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

// request reads what each notification asks for.
func (d *decoder) request() {
	m := d.top.Get("request").Map("method", "path", "channels", "recipients", "devices", "idempotency_key")
	m.Get("method").OneOf(&d.s.Method, MethodPost, MethodGet)
	decodePath(m.Get("path"), &d.s.Path)
	d.channels(m.Get("channels"))
	d.recipients(m)
	d.s.WirePos = d.position(d.top.Get("wire"))
	d.top.Get("wire").OneOf(&d.s.Wire, contract.WirePlain, contract.WireVendor)
}

// decodePath reads the path of a request.
func decodePath(n strict.Node, path *string) {
	if n.Text(path) && (!strings.HasPrefix(*path, "/") || strings.ContainsAny(*path, " ?#")) {
		n.Notef("write a path such as /notify", "%q is not a path", *path)
	}
}

// channels reads the channels. An empty list is not the same as none given: no
// provider is called, as with a GET, which carries no notification.
func (d *decoder) channels(n strict.Node) {
	if d.s.Method == MethodGet {
		d.s.Channels = []string{}
	}
	if !n.Present() {
		return
	}
	items := n.List("write [email, sms], or [] where no provider is called")
	if n.IsList() && len(items) == 0 {
		d.s.Channels = []string{}
	}
	if len(items) > 0 && d.s.Method == MethodGet {
		n.Note("a GET carries no notification, and so no channels", "remove channels, or write method: POST")
		return
	}
	for _, item := range items {
		var channel string
		switch {
		case !item.OneOf(&channel, contract.Channels()...):
		case slices.Contains(d.s.Channels, channel):
			item.Notef("name each channel once", "channel %s is repeated", channel)
		default:
			d.s.Channels = append(d.s.Channels, channel)
		}
	}
}

// providers reads the mocks' behaviour, in calling order, and sees to it that
// channels and providers match.
func (d *decoder) providers() {
	m := d.providersNode().Map(contract.Channels()...)
	for _, channel := range contract.Channels() {
		if n := m.Get(channel); n.Present() {
			d.s.Providers = append(d.s.Providers, d.provider(channel, n))
			if d.s.Channels != nil && !slices.Contains(d.s.Channels, channel) {
				n.Notef("add it to request.channels, or remove it", "no notification uses provider %s", channel)
			}
		}
	}
	if d.top.Get("providers").IsMap() && len(d.s.Providers) == 0 && !d.callsNone() {
		d.top.Get("providers").Note("no provider", "add email: {latency: 200ms}")
	}
	d.match()
}

// providersNode is where the providers are, which must be given but where a request
// calls none.
func (d *decoder) providersNode() strict.Node {
	if d.callsNone() {
		return d.top.Get("providers")
	}
	return d.top.Need("providers", "{email: {latency: 200ms}}")
}

// callsNone says that no request calls a provider.
func (d *decoder) callsNone() bool { return d.s.Channels != nil && len(d.s.Channels) == 0 }

// match defaults the channels to the providers there are, or checks them.
func (d *decoder) match() {
	if d.s.Channels == nil {
		for _, p := range d.s.Providers {
			d.s.Channels = append(d.s.Channels, p.Channel)
		}
	}
	for _, channel := range d.s.Channels {
		if d.s.provider(channel) == nil && d.top.Get("providers").Present() {
			d.top.Get("providers").Notef("add "+channel+": {latency: 200ms}", "channel %s has no provider", channel)
		}
	}
}

// provider of a channel; nil where there is none.
func (s *Scenario) provider(channel string) *Provider {
	for i := range s.Providers {
		if s.Providers[i].Channel == channel {
			return &s.Providers[i]
		}
	}
	return nil
}
