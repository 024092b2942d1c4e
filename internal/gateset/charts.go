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
		Title:     fmt.Sprintf("%s: %s: %s", clean(sv.Row), label(&f.Rule), verdict(f.Verdict)),
		Subtitle:  strings.Join([]string{clean(s.Scenario), "base " + s.Base.words(), "candidate " + s.Candidate.words(), s.machine()}, "  ·  "),
		Tolerance: tolerance(f), Effect: f.Effect,
	}
	invalid := 0
	var first []int // where those stand in g.Blocks that are no fresh ones
	for i := range sv.Blocks {
		b := &sv.Blocks[i]
		if b.Invalid != "" {
			invalid++
			continue
		}
		if !b.Confirm {
			first = append(first, len(g.Blocks))
		}
		x, known := b.Values[f.Metric].Log(f.Higher)
		ok = ok || known
		g.Blocks = append(g.Blocks, chart.GateBlock{Change: math.Expm1(x), Known: known, Fresh: b.Confirm})
	}
	red := 0 // the block after which fresh ones were asked for
	for _, l := range sv.Result.Looks {
		at := min(l.Blocks, len(first)) - 1
		if known := known(l.Findings, f); known != nil && at >= 0 {
			g.Looks = append(g.Looks, look(known, first[at], false))
			if known.Verdict == gate.Regressed {
				red = first[at]
			}
		}
	}
	if c := f.Confirmed; c != nil && estimated(c) {
		if at, any := freshAfter(g.Blocks, red); any {
			g.Looks = append(g.Looks, look(c, at, true))
		}
	}
	g.Notes = chartNotes(f, invalid)
	return g, ok
}

// freshAfter is the last of the fresh blocks that follow on a block.
func freshAfter(blocks []chart.GateBlock, from int) (at int, ok bool) {
	for i := from; i < len(blocks); i++ {
		switch {
		case blocks[i].Fresh:
			at, ok = i, true
		case ok:
			return at, true
		}
	}
	return at, ok
}

// known is what was known of the metric at a look; nil: nothing.
func known(findings []gate.Finding, f *gate.Finding) *gate.Finding {
	for i := range findings {
		if l := &findings[i]; l.Metric == f.Metric && l.Load == f.Load && estimated(l) {
			return l
		}
	}
	return nil
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
