package provider

import (
	"fmt"
	"net/url"
	"strings"
)

// target is one provider: where calls go and how it is spoken to.
type target struct {
	wire
	endpoint endpoint
	url      *url.URL
}

// targets are the providers by channel; nil: not offered.
type targets [channelCount]*target

func newTargets(cfg *Config) (*targets, error) {
	wires, err := findWires(cfg.Wire)
	if err != nil {
		return nil, err
	}
	all := new(targets)
	for i, w := range wires(cfg.Credentials) {
		if cfg.URLs[i] == nil {
			continue
		}
		if all[i], err = newTarget(cfg.URLs[i], w); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// newTarget puts the path of the wire format below that of the base URL. Errors
// leave values out: they may be secrets.
func newTarget(base *url.URL, w wire) (*target, error) {
	t := &target{wire: w, endpoint: w.endpoint()}
	u, err := url.Parse(strings.TrimSuffix(base.String(), "/") + t.endpoint.path)
	if err != nil {
		return nil, fmt.Errorf("put together the address of a provider at %s: not a URL", base.Host)
	}
	if strings.ContainsFunc(t.endpoint.authorization, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, fmt.Errorf("authorize calls to %s: a credential is not printable ASCII", base.Host)
	}
	t.url = u
	return t, nil
}
