package gateset

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/report"
)

// row is a line of the table of a server: a metric, or what fresh blocks say of it.
type row struct {
	name    string
	finding *gate.Finding
	fresh   bool
}

func rows(findings []gate.Finding) []row {
	var all []row
	for i := range findings {
		f := &findings[i]
		all = append(all, row{fmt.Sprintf("%s (%s)", name(f.Metric), clean(f.Load)), f, false})
		if f.Confirmed != nil {
			all = append(all, row{"  its fresh blocks", f.Confirmed, true})
		}
	}
	return all
}

func columns(ascii bool) []report.Column[row] {
	return []report.Column[row]{
		{Title: "metric", Left: true, Of: func(r *row) string { return r.name }},
		{Title: "base", Drop: 3, Of: func(r *row) string { return value(r.finding.Metric, r.finding.Arms[gate.Base]) }},
		{Title: "candidate", Drop: 4, Of: func(r *row) string { return value(r.finding.Metric, r.finding.Arms[gate.Candidate]) }},
		{Title: "change", Of: func(r *row) string { return changed(r.finding) }},
		{Title: "95% interval", Drop: 2, Of: func(r *row) string { return ranged(r.finding) }},
		{Title: barTitle, Left: true, Of: func(r *row) string { return bar(r.finding, ascii) }},
		{Title: "tolerance", Drop: 5, Of: func(r *row) string { return plain(tolerance(r.finding)) }},
		{Title: "verdict", Left: true, Of: rowVerdict},
		{Title: "blocks", Drop: 1, Of: func(r *row) string { return fmt.Sprint(r.finding.Blocks) }},
	}
}

// rowVerdict is that of a metric; fresh blocks have none of their own.
func rowVerdict(r *row) string {
	if r.fresh {
		return ""
	}
	return verdict(r.finding.Verdict)
}

// absent is what stands in place of the figures of a metric that is not gated.
func absent(r *row) (name, why string) {
	if r.finding.Verdict != gate.NotGated {
		return r.name, ""
	}
	return r.name, headline(gate.NotGated, r.finding.Why)
}

func rowColour(r *row) string { return colour(r.finding.Verdict) }
