package metric

import (
	"maps"
	"slices"
)

// Audit is the work that the notifications of a row made, over the cells that it
// shows: a comparison is fair where it is equal.
type Audit struct {
	Notifications uint64         `json:"notifications"` // that were carried; 0: nothing is known of the calls
	Due           float64        `json:"due"`           // provider calls of a notification, as the scenario asks
	Calls         Value          `json:"calls"`         // that the providers received for a notification
	Retries       Value          `json:"retries"`       // of these, beyond what is due and explained by calls that failed
	Bytes         Value          `json:"bytes"`         // of the bodies of these calls
	InFlight      Value          `json:"in_flight"`     // peak at one provider
	Connections   Value          `json:"connections"`   // opened to the providers
	PerThousand   Value          `json:"per_thousand"`  // of these, for 1,000 notifications sent
	Generator     Value          `json:"generator"`     // connections opened by the generator to the server
	Providers     []AuditedCalls `json:"providers,omitempty"`

	tally tally
}

// AuditedCalls is the part of one provider.
type AuditedCalls struct {
	Channel     string  `json:"channel"`
	Due         float64 `json:"due"`
	Calls       Value   `json:"calls"`         // of a notification
	BytesOfCall Value   `json:"bytes_of_call"` // of a body, on average
	InFlight    int64   `json:"in_flight"`     // peak
	Connections uint64  `json:"connections"`
}

// auditOf sums over the cells that a row shows.
func auditOf(shown []*measured) Audit {
	var all tally
	trials := map[int]tally{}
	for _, c := range shown {
		if c.Slice == 0 {
			all.add(&c.tally)
			continue
		}
		trial := trials[c.Trial]
		trial.addSlice(&c.tally)
		trials[c.Trial] = trial
	}
	for _, trial := range slices.Sorted(maps.Keys(trials)) {
		one := trials[trial]
		all.add(&one)
	}
	return all.audit()
}

func (t *tally) audit() Audit {
	a := Audit{tally: *t, Calls: known(0), Retries: known(0), Bytes: known(0), InFlight: known(0), Connections: known(0),
		Generator: known(float64(t.generator))}
	for i := range t.channels {
		c := &t.channels[i]
		part := t.part(c)
		a.Due += c.due
		if part.Calls.OK && a.Calls.OK {
			a.Calls.V += part.Calls.V
			a.Retries.V += max(0, part.Calls.V-c.due-max(0, t.doubled(c)))
		} else {
			a.Calls, a.Retries = part.Calls, part.Calls
		}
		switch {
		case !a.Bytes.OK, !a.Calls.OK:
			a.Bytes = missing(a.Calls.Why + a.Bytes.Why)
		case part.Calls.V > 0 && !part.BytesOfCall.OK:
			a.Bytes = part.BytesOfCall
		case part.Calls.V > 0:
			a.Bytes.V += part.Calls.V * part.BytesOfCall.V
		}
		a.InFlight.V = max(a.InFlight.V, float64(c.peak))
		a.Connections.V += float64(c.connections)
		a.Providers = append(a.Providers, part)
	}
	a.close()
	return a
}

// close says what is not known.
func (a *Audit) close() {
	t := &a.tally
	if len(t.channels) == 0 {
		none := missing("the providers reported nothing")
		a.Calls, a.Retries, a.Bytes, a.InFlight, a.Connections = none, none, none, none, none
	}
	if t.why == "" && len(t.channels) > 0 {
		a.Notifications = t.carried
	}
	if t.sent == 0 {
		a.PerThousand, a.Generator = missing("nothing was sent"), missing("nothing was sent")
		return
	}
	if a.PerThousand = a.Connections; a.Connections.OK {
		a.PerThousand.V *= 1000 / float64(t.sent)
	}
}

func (t *tally) part(c *channelTally) AuditedCalls {
	p := AuditedCalls{Channel: c.name, Due: c.due, InFlight: c.peak, Connections: c.connections}
	switch {
	case t.why != "":
		p.Calls = missing(t.why)
	case t.carried == 0:
		p.Calls = missing("no notification was carried to its end")
	default:
		v, _, _ := t.calls(c)
		p.Calls = known(v)
	}
	switch {
	case c.received == 0:
		p.BytesOfCall = missing("provider " + c.name + " was not called")
	case c.bytes == 0:
		p.BytesOfCall = missing("the providers did not count bytes")
	default:
		p.BytesOfCall = known(float64(c.bytes) / float64(c.received))
	}
	return p
}
