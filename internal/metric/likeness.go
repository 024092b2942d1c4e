package metric

import "fmt"

// alikeRecords: so many times the calls of a notification in another record are still the
// same work, for the row of either may be off what is common there by alikeCalls.
const alikeRecords = alikeCalls * alikeCalls

// OtherWork says how the work of a row differs from that of its like in another record,
// by what both made the providers do for a notification; empty: it does not. Known is
// false where it cannot be said of one of them.
func OtherWork(a, b *Audit) (words string, known bool) {
	if a.Notifications == 0 || b.Notifications == 0 {
		return "", a.Due == 0 && b.Due == 0
	}
	if len(a.Providers) != len(b.Providers) {
		return fmt.Sprintf("called %s and %s", Count(len(a.Providers), "provider"), Count(len(b.Providers), "provider")), true
	}
	for i := range a.Providers {
		p, q := &a.Providers[i], &b.Providers[i]
		if p.Channel != q.Channel {
			return fmt.Sprintf("called %s and %s", p.Channel, q.Channel), true
		}
		if x, y := p.Calls.V, q.Calls.V; x > y*alikeRecords || y > x*alikeRecords {
			return fmt.Sprintf("made %s and %s %s calls per notification", hundredths(x), hundredths(y), p.Channel), true
		}
	}
	bodies, others := a.bodies(), b.bodies()
	if bodies == nil || others == nil {
		return "", true
	}
	if i := otherBody(bodies, others); i >= 0 {
		return fmt.Sprintf("sent %s and %s bytes a call to %s", number(bodies[i]), number(others[i]), a.Providers[i].Channel), true
	}
	return "", true
}

// ServedAll says that the row achieved all it was asked for: its rate is the client's
// doing, or the schedule's.
func (r *Row) ServedAll() bool { return clientBound(r) }

// Signed prints a difference for people: "+1.2 ms", "±0", "-0.30%"; shares in points.
func (u Unit) Signed(v float64) string {
	if v == 0 {
		return "±0"
	}
	sign := "+"
	if v < 0 {
		sign, v = "-", -v
	}
	text := u.Format(v)
	if u == Share {
		text += " points"
	}
	return sign + text
}
