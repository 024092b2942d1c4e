package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
)

// equalWorkTitle is what the table is of.
const equalWorkTitle = "Equal work? What each notification had the providers do, and over how many connections"

// equalWorkColumns are of the audit; what is not known of a row says so.
func equalWorkColumns(rows []metric.Row) []column {
	all := []column{{"server", true, rowName, 0}, audited("calls", 0, two, func(a *metric.Audit) metric.Value { return a.Calls })}
	for i, channel := range auditedChannels(rows) {
		all = append(all, audited(channel, 0, two, func(a *metric.Audit) (v metric.Value) {
			if i < len(a.Providers) {
				v = a.Providers[i].Calls
			}
			return v
		}))
	}
	return append(all,
		audited("retries", 0, two, func(a *metric.Audit) metric.Value { return a.Retries }),
		audited("bytes", 0, whole, func(a *metric.Audit) metric.Value { return a.Bytes }),
		audited("peak in flight", 4, whole, func(a *metric.Audit) metric.Value { return a.InFlight }),
		audited("connections", 3, whole, func(a *metric.Audit) metric.Value { return a.Connections }),
		audited("per 1,000", 1, one, func(a *metric.Audit) metric.Value { return a.PerThousand }),
		audited("from generator", 2, whole, func(a *metric.Audit) metric.Value { return a.Generator }))
}

func audited(title string, drop int, format string, of func(*metric.Audit) metric.Value) column {
	return column{title, false, func(r *metric.Row) string { return plainly(of(&r.Audit), format) }, drop}
}

// Formats of a number without its unit.
const (
	two   = "%.2f"
	one   = "%.1f"
	whole = "%.0f"
)

// plainly prints a value without its unit, which the title says.
func plainly(v metric.Value, format string) string {
	if !v.OK {
		return metric.NotAvailable
	}
	return metric.Thousands(fmt.Sprintf(format, v.V))
}

// auditedChannels are those of the providers, in calling order.
func auditedChannels(rows []metric.Row) (names []string) {
	for i := range rows {
		if parts := rows[i].Audit.Providers; len(parts) > len(names) {
			names = nil
			for _, p := range parts {
				names = append(names, p.Channel)
			}
		}
	}
	return names
}

// equalWords says in a line what every row did; of those of which it is not known, why.
func equalWords(rows []metric.Row) string {
	var known, unknown []string
	least, most := 0.0, 0.0
	for i := range rows {
		a := &rows[i].Audit
		if a.Notifications == 0 {
			if rows[i].State == metric.Measured && a.Calls.Why != "" { // an invalid row says why it is
				unknown = append(unknown, rowName(&rows[i])+" ("+a.Calls.Why+")")
			}
			continue
		}
		if known == nil {
			known = []string{"equal work: " + plainly(a.Calls, two) + " calls " + partWords(a)}
			if again := plainly(a.Retries, two); again != plainly(metric.Value{OK: true}, two) {
				known[0] += " of which " + again + " retries"
			}
		}
		if a.Bytes.OK {
			most = max(most, a.Bytes.V)
			if least == 0 || a.Bytes.V < least {
				least = a.Bytes.V
			}
		}
	}
	if known == nil {
		return ""
	}
	if lo, hi := fmt.Sprintf(whole, least), fmt.Sprintf(whole, most); most > 0 {
		if lo != hi {
			hi = lo + " to " + hi
		}
		known = append(known, hi+" bytes")
	}
	words := strings.Join(known, " and ") + " a notification in every row"
	if unknown != nil {
		words += " but for those of which it is not known: " + strings.Join(unknown, ", ")
	}
	return words
}

// partWords are the calls by provider: "(email 1.00, sms 1.00)".
func partWords(a *metric.Audit) string {
	var parts []string
	for _, p := range a.Providers {
		parts = append(parts, p.Channel+" "+plainly(p.Calls, two))
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// equalWork prints a line where all rows did the same, and the table where one differs.
func (p *printer) equalWork(rows []metric.Row) {
	rows = shown(rows)
	if !slices.ContainsFunc(rows, func(r metric.Row) bool { return r.Unequal != "" }) {
		if words := equalWords(rows); words != "" {
			p.line()
			p.wrapped("", words)
		}
		return
	}
	p.line()
	p.wrapped("", equalWorkTitle)
	p.table(equalWorkColumns(rows), rows)
}

func (p *printer) pageEqualWork(rows []metric.Row) {
	if rows = shown(rows); len(rows) == 0 {
		return
	}
	p.line()
	p.line("### Equal work?")
	p.line()
	p.line(strings.TrimPrefix(equalWorkTitle, "Equal work? "), ". A row whose work differs is not ranked.")
	p.line()
	p.pageTable(equalWorkColumns(rows), rows)
}
