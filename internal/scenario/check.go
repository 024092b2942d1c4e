package scenario

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/shape"
)

// check finds what cannot be, across sections that are each in order.
func (d *decoder) check() {
	d.checkTimeout()
	d.checkSlices()
	d.checkSearches()
}

// checkSlices refuses to cut what changes over time: every slice would show its
// beginning only.
func (d *decoder) checkSlices() {
	if d.s.Slices.Count == 0 {
		return
	}
	const instead = "remove slices, or keep load and providers constant"
	for _, l := range d.s.Loads {
		if l.Search != nil {
			d.top.Get("slices").Notef("remove slices, or the load", "load %s is a capacity search, which cannot be cut into slices", l.Name)
		}
		if shape.Changing(l.Shape) {
			d.top.Get("slices").Notef(instead, "load %s changes over time and cannot be cut into slices", l.Name)
		}
	}
	if len(d.s.Timeline) > 0 {
		d.top.Get("slices").Note("a timeline cannot be cut into slices", instead)
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
