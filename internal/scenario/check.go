package scenario

import (
	"fmt"
	"time"
)

// check finds what cannot be, across sections that are each in order.
func (d *decoder) check() {
	d.checkObjective()
	d.checkTimeout()
	d.checkSearches()
}

// checkObjective refuses an objective that the providers break by themselves.
// Whatever the fan-out, an answer takes at least as long as its slowest call, so
// its p99 is at least the highest p99 of a provider. Providers that a timeline
// changes are left out: how much of the window is theirs depends on the load.
func (d *decoder) checkObjective() {
	if d.s.SLO == nil {
		return
	}
	for _, p := range d.s.Providers {
		p99 := p.Latency.Quantile(0.99)
		if p99 > d.s.SLO.P99 && !d.s.changes(p.Channel) {
			d.top.Get("slo").Notef(fmt.Sprintf("write a p99 above %v, or a faster provider", p99),
				"no server can meet p99 %v: provider %s alone takes %v at p99", d.s.SLO.P99, p.Channel, p99)
		}
	}
}

// changes says that the timeline changes the provider of a channel.
func (s *Scenario) changes(channel string) bool {
	for _, step := range s.Timeline {
		for _, p := range step.Providers {
			if p.Channel == channel {
				return true
			}
		}
	}
	return false
}

// checkTimeout refuses a timeout under which nothing can ever be answered: one
// below the fastest call of a provider.
func (d *decoder) checkTimeout() {
	var slowest time.Duration
	var channel string
	for _, p := range d.s.Providers {
		if fastest := p.Latency.Quantile(0); fastest > slowest && !d.s.changes(p.Channel) {
			slowest, channel = fastest, p.Channel
		}
	}
	if slowest >= d.s.Timeout {
		d.top.Get("timeout").Notef(fmt.Sprintf("write a timeout above %v", slowest),
			"every request times out: provider %s takes at least %v", channel, slowest)
	}
}
