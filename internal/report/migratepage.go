package report

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/notifybench/notifybench/internal/migrate"
)

// MigrateFile holds the answer for machines, beside the summary.
const MigrateFile = "migrate.json"

// pageMigrate is the section of the page: the answer first, then what it is made of.
func (p *printer) pageMigrate(r *Report) {
	t := r.migrate
	if t == nil {
		return
	}
	p.line()
	p.line("## ", migrateTitle)
	if v := t.Verdict(); v != "" {
		p.line()
		p.line("> **", escape(v), "**")
	}
	for i := range t.Answers {
		p.line()
		p.line(escape(strings.Join(t.Answers[i].Words(t), " ")))
	}
	for i := range t.Rates {
		p.line()
		p.line("### ", rateTitle(&t.Rates[i]))
		p.line()
		p.pageNeeds(needColumns(t), t.Rates[i].Needs)
	}
	p.line()
	for _, b := range append(t.Basis(), t.Notes...) {
		p.line("- ", escape(b))
	}
	for _, c := range r.charts {
		if c.chart.Whole {
			p.pageChart(c, c.chart.Title)
		}
	}
	if len(t.Checks) == 0 {
		return
	}
	p.line()
	p.line("### The extrapolation, tested on measured cases")
	p.line()
	for i := range t.Checks {
		p.line("- ", escape(t.Checks[i].Words()))
	}
}

func (p *printer) pageNeeds(columns []needColumn, needs []migrate.Need) {
	pageHead(p, columns)
	for i := range needs {
		n := &needs[i]
		if n.Why != "" {
			p.line("| ", escape(n.Row), " | ", escape(n.Why), strings.Repeat(" |", len(columns)-1))
			continue
		}
		var cells []string
		for _, c := range columns {
			cells = append(cells, escape(c.of(n)))
		}
		p.line("| ", strings.Join(cells, " | "), " |")
	}
}

func (p *printer) pageChart(c drawn, title string) {
	p.line()
	p.line(fmt.Sprintf("![%s](%s)", title, c.file("png")))
	p.line()
	p.line(c.chart.Doc, " ([SVG](", c.file("svg"), "))")
}

// migrateJSON is the content of MigrateFile.
func migrateJSON(t *migrate.Table) ([]byte, error) {
	data, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", MigrateFile, err)
	}
	return append(data, '\n'), nil
}
