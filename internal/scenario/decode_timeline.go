package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/strict"
)

const stepExample = "write [{at: 5s, set: {providers.email.latency: 500ms}}]"

// timeline reads what changes during the measurement. A step says what changes;
// resolved, it holds the whole behaviour of every provider it changes.
func (d *decoder) timeline() {
	now := slices.Clone(d.s.Providers)
	last := time.Duration(-1)
	for _, n := range d.top.Get("timeline").List(stepExample) {
		m := n.Map("at", "set", "server")
		at := m.Need("at", "5s")
		set, server := m.Get("set"), m.Get("server")
		if !server.Present() {
			set = m.Need("set", "{providers.email.latency: 500ms}")
		}
		step := Step{At: max(0, last)}
		if at.Duration(&step.At, 0, maxDuration) {
			d.checkAt(at, step.At, last)
			last = step.At
		}
		before := slices.Clone(now)
		if set.Present() && !d.change(now, set) {
			continue
		}
		step.Providers, step.Text = diff(before, now)
		if set.Present() && len(step.Providers) == 0 {
			set.Note("this step changes nothing", "set another value, or remove the step")
		}
		d.kill(&step, server)
		d.s.Timeline = append(d.s.Timeline, step)
	}
}

// serverKill is what a step may do to the server: SIGKILL to one of its processes.
const serverKill = "kill"

// kill reads what befalls the server. A server of one process would not come back.
func (d *decoder) kill(step *Step, n strict.Node) {
	var what string
	if !n.OneOf(&what, serverKill) {
		return
	}
	for _, row := range d.s.Servers {
		if row.Processes < 2 {
			n.Notef("give every server processes: 2 or more",
				"server %s has one process: nobody would be left to start another when it is killed", row.Label)
			return
		}
	}
	step.Kill = true
	if step.Text != "" {
		step.Text += ", "
	}
	step.Text += "a process killed"
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
			p.KeyNode.Note(unknownKey(now, p.Key))
			fine = false
			continue
		}
		fine = d.setField(target, field, p.Value) && fine
	}
	for _, p := range now {
		fine = fine && checkShares(p, set)
	}
	return fine
}

func findField(providers []Provider, key string) (p *Provider, field string, ok bool) {
	for i := range providers {
		for _, field := range stepFields() {
			if key == timelineKey(providers[i].Channel, field) {
				return &providers[i], field, true
			}
		}
	}
	return nil, "", false
}

// unknownKey words the fault of a key that sets nothing.
func unknownKey(now []Provider, key string) (problem, instead string) {
	for _, p := range now {
		if name, ok := strings.CutPrefix(key, timelineKey(p.Channel, fieldFaults)+"."); ok {
			return strict.Unknown("fault", name, faultNames())
		}
	}
	return strict.Unknown("setting of a timeline", key, timelineKeys(now))
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
			marks = append(marks, p.Channel+" "+strings.ReplaceAll(field, "_", " ")+" "+latency.Brief(p.stepText(field)))
		}
		if len(fields) > 0 {
			changed = append(changed, p)
		}
	}
	return changed, strings.Join(marks, ", ")
}
