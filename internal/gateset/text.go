package gateset

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/report"
)

var text = Format{
	Name: "text", File: "gate.txt", Doc: "the verdict, a table of each server with its changes drawn, and what they rest on",
	Write: func(w io.Writer, s *Set, o Options) error {
		p := &printer{bufio.NewWriter(w), o}
		p.head(s)
		for i := range s.Servers {
			if err := p.server(&s.Servers[i]); err != nil {
				return err
			}
		}
		return p.w.Flush()
	},
}

// printer writes lines; the first error of all of them is Flush's.
type printer struct {
	w *bufio.Writer
	o Options
}

func (p *printer) wrapped(first, text string) {
	for _, l := range report.Wrap(first, text, p.o.Width) {
		fmt.Fprintln(p.w, l)
	}
}

// said is a line in the colour of its verdict.
func (p *printer) said(v gate.Verdict, text string) {
	for _, l := range report.Wrap("", text, p.o.Width) {
		if code := colour(v); p.o.Colour && code != "" {
			l = "\x1b[" + code + "m" + l + "\x1b[0m"
		}
		fmt.Fprintln(p.w, l)
	}
}

// colour is the code of a verdict; none is told by its colour alone.
func colour(v gate.Verdict) string {
	switch v {
	case gate.Regressed, gate.Invalid:
		return "31"
	case gate.Inconclusive:
		return "33"
	case gate.Improved:
		return "32"
	case gate.NotGated:
		return "90"
	}
	return ""
}

func (p *printer) head(s *Set) {
	p.said(s.Verdict, headline(s.Verdict, s.Why))
	if s.Note != "" {
		p.wrapped("! ", s.remark())
	}
	p.wrapped("  base       ", s.Base.titled())
	p.wrapped("  candidate  ", s.Candidate.titled())
	p.wrapped("  scenario   ", fmt.Sprintf("%s, seed %d", clean(s.Scenario), s.Seed))
	p.wrapped("  policy     ", s.policy())
	p.wrapped("  machine    ", s.machine())
}

func (p *printer) server(s *Server) error {
	fmt.Fprintln(p.w)
	if s.Missing != "" {
		p.said(gate.NotGated, clean(s.Row)+": not measured: "+sentence(s.Missing))
		return nil
	}
	p.said(s.Result.Verdict, clean(s.Row)+": "+headline(s.Result.Verdict, s.Result.Why))
	if len(s.Result.Findings) > 0 {
		fmt.Fprintln(p.w)
		o := report.Options{Colour: p.o.Colour, Width: p.o.Width}
		if err := report.Table(p.w, o, columns(p.o.ASCII), rows(s.Result.Findings), absent, rowColour); err != nil {
			return err
		}
		p.wrapped("  ", "+ is worse; a bar is drawn to the scale of the tolerance of its metric (tol)")
	}
	for i := range s.Result.Findings {
		if f := &s.Result.Findings[i]; s.worthSaying(f) {
			p.wrapped("  "+label(&f.Rule)+": ", explained(f))
		}
	}
	for _, l := range s.rests() {
		p.wrapped("  ", l)
	}
	for _, d := range s.deaths() {
		p.wrapped("  ", d.title+"; the end of its log:")
		for _, l := range d.log {
			fmt.Fprintln(p.w, "    | "+l)
		}
	}
	return nil
}

// worthSaying says that a metric needs words: it did not pass, and neither the table nor the
// reason of the server has them.
func (s *Server) worthSaying(f *gate.Finding) bool {
	if f.Verdict == gate.Pass || f.Verdict == gate.NotGated {
		return false
	}
	return !strings.Contains(clean(s.Result.Why), explained(f))
}
