package metric

import (
	"fmt"
	"slices"
)

// Limits of what counts as equal work.
const (
	// alikeCalls: so many times the calls of another row, to a provider, are still the
	// same work.
	alikeCalls = 1.01
	// alikeBytes: a field that is missing, or added, changes a body of a few dozen bytes
	// by more than this; the blanks that some languages put into JSON by less.
	alikeBytes = 1.25
)

// unequalWork marks the rows of a load that did other work than the scenario asks
// for, or than the rows in common: what is due comes first, for most rows may be
// wrong together. Retries are no fault, so those are compared among the rows.
func unequalWork(rows []Row) {
	for i := range rows {
		rows[i].Unequal = rows[i].Audit.wrongCalls()
	}
	if calls := commonCalls(rows); calls != nil {
		mark(rows, func(a *Audit) string { return a.otherCalls(calls) })
	}
	if bytes := commonBytes(rows); bytes != nil {
		mark(rows, func(a *Audit) string { return a.otherBytes(bytes) })
	}
	for i := range rows {
		if r := &rows[i]; r.Unequal != "" {
			r.Notes = append(r.Notes, "unequal work, not ranked: "+r.Unequal)
		}
	}
}

func mark(rows []Row, differs func(*Audit) string) {
	for i := range rows {
		if rows[i].Unequal == "" && rows[i].Audit.Notifications > 0 {
			rows[i].Unequal = differs(&rows[i].Audit)
		}
	}
}

// wrongCalls says which providers were surely called less often than is due, or had
// more calls accepted than is due and failures explain.
func (a *Audit) wrongCalls() string {
	if a.Notifications == 0 {
		return ""
	}
	var parts []string
	for i := range a.tally.channels {
		c := &a.tally.channels[i]
		_, _, most := a.tally.calls(c)
		made := a.Providers[i].Calls.V
		switch {
		case most*alikeCalls >= c.due && a.tally.doubled(c) <= c.due*(alikeCalls-1):
		case c.accepted+c.failedAll == 0:
			parts = append(parts, "no "+c.name+" call")
		default:
			parts = append(parts, fmt.Sprintf("%s %s calls instead of %s", hundredths(made), c.name, hundredths(c.due)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("made %s calls per notification where the scenario asks for %s: %s",
		hundredths(a.Calls.V), hundredths(a.Due), list(parts))
}

// commonCalls are the calls by provider that most rows made: of equally many, those
// that are due, or the fewest. Nil: of no row are they known.
func commonCalls(rows []Row) []float64 {
	var due []float64
	var made [][]float64
	var voters []*Audit
	for _, a := range electors(rows) {
		var calls []float64
		due = nil // the same for every row
		for _, p := range a.Providers {
			calls, due = append(calls, p.Calls.V), append(due, p.Due)
		}
		voters, made = append(voters, a), append(made, calls)
	}
	slices.SortFunc(made, slices.Compare)
	return favourite(append([][]float64{due}, made...), func(calls []float64) (n int) {
		for _, a := range voters {
			if a.makes(calls) {
				n++
			}
		}
		return n
	})
}

// electors are the rows that say what is common: those to be believed, or all where
// none is, that have not been found to differ yet.
func electors(rows []Row) (believed []*Audit) {
	var all []*Audit
	for i := range rows {
		r := &rows[i]
		if r.Unequal != "" || r.Audit.Notifications == 0 {
			continue
		}
		all = append(all, &r.Audit)
		if r.comparable() {
			believed = append(believed, &r.Audit)
		}
	}
	if len(believed) == 0 {
		return all
	}
	return believed
}

// favourite is the candidate with most votes: of several the first.
func favourite(candidates [][]float64, votes func([]float64) int) (best []float64) {
	most := 0
	for _, c := range candidates {
		if n := votes(c); n > most {
			most, best = n, c
		}
	}
	return best
}

// makes says that the row may have made these calls.
func (a *Audit) makes(calls []float64) bool {
	if len(calls) != len(a.tally.channels) {
		return false
	}
	for i := range calls {
		_, least, most := a.tally.calls(&a.tally.channels[i])
		if least > calls[i]*alikeCalls || most*alikeCalls < calls[i] {
			return false
		}
	}
	return true
}

// otherCalls says that the row made other calls than are common.
func (a *Audit) otherCalls(common []float64) string {
	if a.makes(common) {
		return ""
	}
	others := 0.0
	for _, n := range common {
		others += n
	}
	return fmt.Sprintf("made %s calls per notification where the others made %s: %s retries per notification",
		hundredths(a.Calls.V), hundredths(others), hundredths(a.Retries.V))
}

// commonBytes are the bytes of a body by provider that most rows sent: of equally
// many the most, for a body is more often short of something.
func commonBytes(rows []Row) []float64 {
	var sent [][]float64
	for _, a := range electors(rows) {
		if bodies := a.bodies(); bodies != nil {
			sent = append(sent, bodies)
		}
	}
	slices.SortFunc(sent, func(a, b []float64) int { return slices.Compare(b, a) })
	return favourite(sent, func(bodies []float64) (n int) {
		for _, other := range sent {
			if otherBody(bodies, other) < 0 {
				n++
			}
		}
		return n
	})
}

// bodies are the bytes of a call by provider; nil where one is not known.
func (a *Audit) bodies() (bytes []float64) {
	for _, p := range a.Providers {
		if !p.BytesOfCall.OK {
			return nil
		}
		bytes = append(bytes, p.BytesOfCall.V)
	}
	return bytes
}

// otherBody is the first provider whose bodies differ, or -1.
func otherBody(a, b []float64) int {
	for i := range min(len(a), len(b)) {
		if r := a[i] / b[i]; r > alikeBytes || r*alikeBytes < 1 {
			return i
		}
	}
	return -1
}

// otherBytes says that the row sent other bodies than are common.
func (a *Audit) otherBytes(common []float64) string {
	i := otherBody(a.bodies(), common)
	if i < 0 {
		return ""
	}
	return fmt.Sprintf("sent %s bytes a call to %s where the others sent %s",
		number(a.Providers[i].BytesOfCall.V), a.Providers[i].Channel, number(common[i]))
}

func hundredths(v float64) string { return fmt.Sprintf("%.2f", v) }
