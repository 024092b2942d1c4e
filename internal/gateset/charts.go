package gateset

import (
	"fmt"
	"math"
	"strings"

	"github.com/notifybench/notifybench/internal/chart"
	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
)

// plan is a chart to be drawn.
type plan struct {
	file string // its name, without what says the format
	data chart.Gate
}

// charts are one for each server and metric that has a figure. Names of files that would
// be the same are numbered.
func (s *Set) charts() []plan {
	var all []plan
	used := map[string]int{}
	for i := range s.Servers {
		sv := &s.Servers[i]
		for j := range sv.Result.Findings {
			f := &sv.Result.Findings[j]
			data, any := s.chart(sv, f)
			if !any {
				continue
			}
			file := safe(sv.Row + "-" + f.Load + "-" + f.Metric)
			if used[file]++; used[file] > 1 {
				file += fmt.Sprintf("-%d", used[file])
			}
			all = append(all, plan{file, data})
		}
	}
	return all
}

// safe is a text as a file's name.
func safe(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, s)
}

// chart is a metric's; ok is false where no block has a value of it.
func (s *Set) chart(sv *Server, f *gate.Finding) (g chart.Gate, ok bool) {
	g = chart.Gate{
		Title:     fmt.Sprintf("%s: %s: %s", sv.Row, label(&f.Rule), verdict(f.Verdict)),
		Subtitle:  strings.Join([]string{s.Scenario, "base " + s.Base.words(), "candidate " + s.Candidate.words(), s.machine()}, "  ·  "),
		Tolerance: tolerance(f), Effect: f.Effect,
	}
	invalid := 0
	var first, fresh []int // where they stand in g.Blocks
	for i := range sv.Blocks {
		b := &sv.Blocks[i]
		if b.Invalid != "" {
			invalid++
			continue
		}
		if b.Confirm {
			fresh = append(fresh, len(g.Blocks))
		} else {
			first = append(first, len(g.Blocks))
		}
		x, known := b.Values[f.Metric].Log(f.Higher)
		ok = ok || known
		g.Blocks = append(g.Blocks, chart.GateBlock{Change: math.Expm1(x), Known: known, Fresh: b.Confirm})
	}
	for _, l := range sv.Result.Looks {
		if at := min(l.Blocks, len(first)); at > 0 {
			g.Looks = append(g.Looks, looks(l.Findings, f, first[at-1])...)
		}
	}
	if c := f.Confirmed; c != nil && len(fresh) > 0 && estimated(c) {
		g.Looks = append(g.Looks, look(c, fresh[len(fresh)-1], true))
	}
	g.Notes = chartNotes(f, invalid)
	return g, ok
}

// looks are what was known of the metric at one.
func looks(findings []gate.Finding, f *gate.Finding, at int) []chart.GateLook {
	var all []chart.GateLook
	for i := range findings {
		if l := &findings[i]; l.Metric == f.Metric && l.Load == f.Load && estimated(l) {
			all = append(all, look(l, at, false))
		}
	}
	return all
}

func look(f *gate.Finding, at int, fresh bool) chart.GateLook {
	return chart.GateLook{At: at, Fresh: fresh, Estimate: f.Change, Lo: f.Bounds.Lo, Hi: f.Bounds.Hi}
}

func chartNotes(f *gate.Finding, invalid int) []string {
	var notes []string
	if estimated(f) {
		notes = append(notes, fmt.Sprintf("base %s, candidate %s; change %s (95%%: %s)", value(f.Metric, f.Arms[gate.Base]),
			value(f.Metric, f.Arms[gate.Candidate]), changed(f), ranged(f)))
	}
	if why := explained(f); why != "" {
		notes = append(notes, why)
	}
	if invalid > 0 {
		notes = append(notes, metric.Count(invalid, "invalid block")+" not drawn: measured again, without a look at the ratio")
	}
	return notes
}
