package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/strict"
)

const stepExample = "write [{at: 5s, set: {providers.email.latency: 500ms}}]"

// timeline reads what changes during the measurement. A step says what changes;
// resolved, it holds the whole behaviour of every provider it changes.
func (d *decoder) timeline() {
	now := slices.Clone(d.s.Providers)
	last := time.Duration(-1)
	for _, n := range d.top.Get("timeline").List(stepExample) {
		m := n.Map("at", "set")
		at := m.Need("at", "5s")
		set := m.Need("set", "{providers.email.latency: 500ms}")
		step := Step{At: max(0, last)}
		if at.Duration(&step.At, 0, maxDuration) {
			d.checkAt(at, step.At, last)
			last = step.At
		}
		before := slices.Clone(now)
		if !d.change(now, set) {
			continue
		}
		step.Providers, step.Text = diff(before, now)
		if len(step.Providers) == 0 {
			set.Note("this step changes nothing", "set another value, or remove the step")
		}
		d.s.Timeline = append(d.s.Timeline, step)
	}
}

func (d *decoder) checkAt(n strict.Node, at, last time.Duration) {
	switch {
	case d.timed && at >= d.s.Duration:
		n.Notef(fmt.Sprintf("write a time below %v, or lengthen the duration", d.s.Duration),
			"the step at %v lies outside the duration of %v", at, d.s.Duration)
	case at <= last:
		n.Notef("write the steps in ascending order", "the step at %v does not come after the one at %v", at, last)
	}
}

// change applies the entries of set to the providers; false where one is wrong.
func (d *decoder) change(now []Provider, set strict.Node) bool {
	fine := set.IsMap()
	for _, p := range set.Pairs("write {providers.email.latency: 500ms}") {
		target, field, ok := findField(now, p.Key)
		if !ok {
			p.KeyNode.Note(strict.Unknown("setting of a timeline", p.Key, timelineKeys(now)))
			fine = false
			continue
		}
		fine = setField(target, field, p.Value) && fine
	}
	return fine
}

func findField(providers []Provider, key string) (p *Provider, field string, ok bool) {
	for i := range providers {
		for _, field := range providerFields() {
			if key == timelineKey(providers[i].Channel, field) {
				return &providers[i], field, true
			}
		}
	}
	return nil, "", false
}

func timelineKey(channel, field string) string { return "providers." + channel + "." + field }

func timelineKeys(providers []Provider) []string {
	var keys []string
	for _, p := range providers {
		for _, field := range providerFields() {
			keys = append(keys, timelineKey(p.Channel, field))
		}
	}
	return keys
}

// fieldText is the value of one field in the notation of a scenario file.
func (p Provider) fieldText(field string) string {
	switch field {
	case fieldLatency:
		if p.Latency == nil {
			return ""
		}
		return p.Latency.String()
	case fieldRate:
		return share(p.ErrorRate)
	}
	return strconv.Itoa(p.ErrorStatus)
}

// share in the notation of a scenario file, exactly.
func share(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// changes lists the fields in which p differs from before.
func (p Provider) changes(before Provider) []string {
	var fields []string
	for _, field := range providerFields() {
		if p.fieldText(field) != before.fieldText(field) {
			fields = append(fields, field)
		}
	}
	return fields
}

// diff is what a step changes: the providers that differ, whole, and the mark
// of the step in a chart.
func diff(before, now []Provider) (changed []Provider, text string) {
	var marks []string
	for i, p := range now {
		fields := p.changes(before[i])
		for _, field := range fields {
			marks = append(marks, p.Channel+" "+strings.ReplaceAll(field, "_", " ")+" "+p.fieldText(field))
		}
		if len(fields) > 0 {
			changed = append(changed, p)
		}
	}
	return changed, strings.Join(marks, ", ")
}

// Behaviour is the provider as the mock providers take it.
func (p Provider) Behaviour() contract.Behaviour {
	return contract.Behaviour{Latency: p.Latency.String(), ErrorRate: p.ErrorRate, ErrorStatus: p.ErrorStatus}
}
