package gateset

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/gate"
)

// Marker is the first line of the page: by it a comment that is already there is found,
// and replaced.
const Marker = "<!-- notifybench gate -->"

// pageRows is how many metrics fit on one screen of a pull request. Where there are more,
// the gravest are shown, and all in the details.
const pageRows = 12

var markdown = Format{
	Name: "markdown", File: PageFile, Doc: "for a pull request: one screen, the details folded",
	Write: func(w io.Writer, s *Set, _ Options) error {
		p := &page{bufio.NewWriter(w)}
		p.line(Marker)
		p.line("### notifybench gate: ", verdict(s.Verdict))
		p.line()
		if why := sentence(s.Why); why != "" {
			p.line(prose(why))
			p.line()
		}
		if s.Note != "" {
			p.line("> ", prose(s.remark()))
			p.line()
		}
		p.summary(s)
		p.line()
		p.line("Base ", code(s.Base.words()), ", candidate ", code(s.Candidate.words()), ", ", prose(s.machine()), ".")
		for i := range s.Servers {
			p.details(&s.Servers[i])
		}
		p.conditions(s)
		return p.w.Flush()
	},
}

// page writes lines; the first error of all of them is Flush's.
type page struct{ w *bufio.Writer }

func (p *page) line(parts ...string) { fmt.Fprintln(p.w, strings.Join(parts, "")) }

func (p *page) cells(cells ...string) { p.line("| ", strings.Join(cells, " | "), " |") }

// line of the summary.
type line struct {
	verdict gate.Verdict
	cells   []string
}

// summary is one table of all servers.
func (p *page) summary(s *Set) {
	var lines []line
	for i := range s.Servers {
		sv := &s.Servers[i]
		if len(sv.Result.Findings) == 0 {
			lines = append(lines, line{sv.Result.Verdict, []string{code(sv.Row), prose(sv.why()), "", "", "", "", bold(sv.verdict(), sv.Result.Verdict)}})
		}
		for j := range sv.Result.Findings {
			f := &sv.Result.Findings[j]
			lines = append(lines, line{f.Verdict, append([]string{code(sv.Row)}, figures(f)...)})
		}
	}
	left := len(lines) - pageRows
	if left > 0 {
		slices.SortStableFunc(lines, func(a, b line) int { return gravity(a.verdict) - gravity(b.verdict) })
		lines = lines[:pageRows]
	}
	p.cells("server", "metric", "base", "candidate", "change", "95% interval", "verdict")
	p.line("|:--|:--|--:|--:|--:|--:|:--|")
	for _, l := range lines {
		p.cells(l.cells...)
	}
	if left > 0 {
		p.line()
		p.line(fmt.Sprintf("%d more in the details below.", left))
	}
}

// gravity orders verdicts, what must be seen first.
func gravity(v gate.Verdict) int {
	order := []gate.Verdict{gate.Regressed, gate.Invalid, gate.Inconclusive, gate.Undecided, gate.Improved, gate.Pass, gate.NotGated}
	return slices.Index(order, v)
}

// why is what a server without metrics has to say.
func (s *Server) why() string {
	if s.Missing != "" {
		return sentence(s.Missing)
	}
	return sentence(s.Result.Why)
}

// verdict of a server in a word or two.
func (s *Server) verdict() string {
	if s.Missing != "" {
		return "not measured"
	}
	return verdict(s.Result.Verdict)
}

// bold sets words on a verdict that must not be overlooked. A summary that is folded is
// no Markdown: there it would show its asterisks.
func bold(words string, v gate.Verdict) string {
	switch v {
	case gate.Regressed, gate.Invalid, gate.Inconclusive:
		return "**" + words + "**"
	}
	return words
}

// figures are the cells of a metric.
func figures(f *gate.Finding) []string {
	metric := prose(name(f.Metric) + " (" + f.Load + ")")
	if f.Verdict == gate.NotGated {
		return []string{metric, "", "", "", "", bold(verdict(f.Verdict), f.Verdict)}
	}
	return []string{metric, prose(value(f.Metric, f.Arms[gate.Base])), prose(value(f.Metric, f.Arms[gate.Candidate])),
		changed(f), ranged(f), bold(verdict(f.Verdict), f.Verdict)}
}

// details are what is folded of a server.
func (p *page) details(s *Server) {
	p.line()
	p.line("<details><summary>", code(s.Row), ": ", s.verdict(), "</summary>")
	p.line()
	if why := s.why(); why != "" {
		p.line("- ", prose(why))
	}
	for _, l := range s.rests() {
		if s.Missing == "" {
			p.line("- ", prose(l))
		}
	}
	p.findings(s.Result.Findings)
	for _, d := range s.deaths() {
		p.line()
		p.line(prose(d.title), "; the end of its log:")
		p.line()
		p.line("<pre>")
		for _, l := range d.log {
			p.line(verbatim(l))
		}
		p.line("</pre>")
	}
	p.line("</details>")
}

func (p *page) findings(findings []gate.Finding) {
	if len(findings) == 0 {
		return
	}
	p.line()
	p.cells("metric", "base", "candidate", "change", "95% interval", "verdict", "tolerance", "blocks", "why")
	p.line("|:--|--:|--:|--:|--:|:--|--:|--:|:--|")
	for i := range findings {
		f := &findings[i]
		p.cells(append(figures(f), plain(tolerance(f)), fmt.Sprint(f.Blocks), prose(explained(f)))...)
		if c := f.Confirmed; c != nil {
			cells := append(figures(c)[1:5:5], "", "", fmt.Sprint(c.Blocks), prose(explained(c)))
			p.cells(append([]string{"its fresh blocks"}, cells...)...)
		}
	}
	p.line()
}

// conditions are how it was measured, folded.
func (p *page) conditions(s *Set) {
	p.line()
	p.line("<details><summary>How it was measured</summary>")
	p.line()
	p.line("- base: ", code(s.Base.titled()))
	p.line("- candidate: ", code(s.Candidate.titled()))
	p.line("- scenario ", code(s.Scenario), fmt.Sprintf(", seed %d, notifybench ", s.Seed), prose(s.Tool))
	p.line("- policy ", prose(s.policy()))
	p.line("- changes are of the candidate against the base, measured in turns; their sign says worse, whichever way a metric is better")
	p.line("</details>")
}
