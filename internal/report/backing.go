package report

import (
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
)

// backingWords says what a request of a load cost the database and the cache, row by
// row; empty where no row has either.
func backingWords(r *Report, rows []metric.Row) string {
	m, _ := metric.ByID(metric.BackingCPU)
	var known, unknown []string
	for i := range rows {
		row := &rows[i]
		switch v := row.Values[m.ID].Median; {
		case !row.Shown(), !v.OK && (v.Why == metric.NoBacking || v.Why == ""):
		case !v.OK:
			unknown = append(unknown, rowName(row)+" "+v.Format(m.Unit)+" ("+v.Why+")")
		case len(known) == 0:
			known = append(known, rowName(row)+" "+v.Format(m.Unit)+" of CPU a request")
		default:
			known = append(known, rowName(row)+" "+v.Format(m.Unit))
		}
	}
	if len(known)+len(unknown) == 0 {
		return ""
	}
	words := "database and cache: " + strings.Join(slices.Concat(known, unknown), ", ")
	if len(known) > 0 {
		words += "; not part of CPU/req"
	}
	if programs := backingPrograms(r, rows); programs != "" {
		words += "; counted: " + programs
	}
	return words
}

// backingPrograms names whose CPU it is: a proxy's is not that of the database behind.
func backingPrograms(r *Report, rows []metric.Row) string {
	var names []string
	for i := range r.Run.Cells {
		c := &r.Run.Cells[i]
		if slices.ContainsFunc(rows, func(row metric.Row) bool { return row.Subject == c.Subject && row.Load == c.Load }) {
			names = append(names, c.Machine.BackingPrograms...)
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

func (p *printer) backing(r *Report, rows []metric.Row) {
	if words := backingWords(r, rows); words != "" {
		p.wrapped("  ", words)
	}
}

func (p *printer) pageBacking(r *Report, rows []metric.Row) {
	if words := backingWords(r, rows); words != "" {
		p.line("- ", escape(words))
	}
}
