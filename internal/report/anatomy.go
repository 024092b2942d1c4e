package report

import (
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// timeColumns put response and service time side by side. In a closed loop there
// is service time only, and the main table has it.
func timeColumns() []column {
	all := []column{{"server", true, func(r *metric.Row) string { return r.Subject }, 0}}
	for _, c := range []struct {
		title, id string
		drop      int
	}{
		{"response p50", metric.P50, 3}, {"response p99", metric.P99, 0},
		{"service p50", metric.ServiceP50, 2}, {"service p99", metric.ServiceP99, 0},
		{"send lag p50", metric.SendLagP50, 1}, {"send lag p99", metric.SendLagP99, 4},
	} {
		v := value(c.id, c.drop)
		v.title = c.title
		all = append(all, v)
	}
	return all
}

// anatomyColumns are the parts of the mean, and of the mean of the slowest 1%.
func anatomyColumns() []column {
	mean := []column{{"server", true, func(r *metric.Row) string { return r.Subject }, 0}}
	var slow []column
	for i, c := range partColumns() {
		mean = append(mean, column{c.title, false,
			func(r *metric.Row) string { return c.format(r.Anatomy.Mean) }, 0})
		slow = append(slow, column{"slow " + c.title, false,
			func(r *metric.Row) string { return c.format(r.Anatomy.Slowest) }, i + 1})
	}
	return append(mean, slow...)
}

// partColumn is one part, and the sum of them all.
type partColumn struct {
	title string
	of    func(*metric.Parts) *float64 // nil: not known
}

func partColumns() []partColumn {
	return []partColumn{
		{metric.PartLag, func(p *metric.Parts) *float64 { return p.Lag }},
		{metric.PartQueue, func(p *metric.Parts) *float64 { return p.Queue }},
		{metric.PartProviders, func(p *metric.Parts) *float64 { return &p.Providers }},
		{metric.PartRest, func(p *metric.Parts) *float64 { return &p.Rest }},
		{"mean", func(p *metric.Parts) *float64 { return &p.Total }},
	}
}

func (c partColumn) format(p *metric.Parts) string {
	if p == nil || c.of(p) == nil {
		return metric.NotAvailable
	}
	return metric.Millis(*c.of(p))
}

// dissected are the rows whose time is known.
func dissected(rows []metric.Row) []metric.Row {
	var some []metric.Row
	for _, r := range rows {
		if r.Shown() && r.Anatomy.Mean != nil {
			some = append(some, r)
		}
	}
	return some
}

// anatomyNotes are the remarks on where the time went.
func anatomyNotes(rows []metric.Row) []string {
	var notes []string
	for i := range rows {
		r := &rows[i]
		if !r.Shown() {
			continue
		}
		if n := r.Anatomy.Notes(); len(n) > 0 {
			notes = append(notes, r.Subject+": "+strings.Join(n, "; "))
		}
	}
	return notes
}

// shown are the rows that have numbers.
func shown(rows []metric.Row) []metric.Row {
	var some []metric.Row
	for _, r := range rows {
		if r.Shown() {
			some = append(some, r)
		}
	}
	return some
}

// What the two tables are, in words.
const (
	timesTitle   = "Response time (from the intended send) and service time (from the actual one)"
	anatomyTitle = "Where the time went, ms: mean of the answered requests; slow: mean of their slowest 1%"
)

func (p *printer) times(load *record.Load, rows []metric.Row) {
	rows = shown(rows)
	if !load.Open || len(rows) == 0 {
		return
	}
	p.line()
	p.wrapped("", timesTitle)
	p.table(timeColumns(), rows)
}

func (p *printer) anatomy(rows []metric.Row) {
	some := dissected(rows)
	if len(some) == 0 {
		return
	}
	p.line()
	p.wrapped("", anatomyTitle)
	p.table(anatomyColumns(), some)
	for _, n := range anatomyNotes(rows) {
		p.wrapped("  ", n)
	}
}

func (p *printer) pageTimes(load *record.Load, rows []metric.Row) {
	rows = shown(rows)
	if !load.Open || len(rows) == 0 {
		return
	}
	p.line()
	p.line(timesTitle, ":")
	p.line()
	p.pageTable(timeColumns(), rows)
}

func (p *printer) pageAnatomy(rows []metric.Row) {
	some := dissected(rows)
	if len(some) == 0 {
		return
	}
	p.line()
	p.line(anatomyTitle, ":")
	p.line()
	p.pageTable(anatomyColumns(), some)
	p.line()
	for _, n := range anatomyNotes(rows) {
		p.line("- ", n)
	}
}

// anatomyHeader are the columns of a cell's anatomy in the CSV file.
func anatomyHeader() []string {
	names := []string{"anatomy_known", "anatomy_requests"}
	for _, which := range []string{"mean", "slowest"} {
		for _, c := range partColumns() {
			part := c.title
			if part == "mean" {
				part = "total"
			}
			names = append(names, "anatomy_"+which+"_"+part+"_ns")
		}
	}
	return names
}

func anatomyLine(a *metric.Anatomy) []string {
	line := []string{a.Known, ""}
	if a.Mean != nil {
		line[1] = decimal(float64(a.Answered))
	}
	for _, p := range []*metric.Parts{a.Mean, a.Slowest} {
		for _, c := range partColumns() {
			field := ""
			if p != nil && c.of(p) != nil {
				field = decimal(*c.of(p))
			}
			line = append(line, field)
		}
	}
	return line
}
