package report

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var text = Format{
	Name: "text", Doc: "tables for a terminal, then the ranking with its reasons",
	write: func(w io.Writer, r *Report, o Options) error {
		p := &printer{w: bufio.NewWriter(w), o: o}
		p.head(r)
		for i := range r.Run.Loads {
			p.load(r, i)
		}
		if len(r.Claims) > 0 {
			p.line()
			p.claims(r.Claims)
		}
		p.migrate(r.migrate)
		p.files(r)
		return p.w.Flush()
	},
}

// printer writes lines; the first error of all of them is Flush's.
type printer struct {
	w *bufio.Writer
	o Options
}

func (p *printer) line(parts ...string) {
	p.w.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.w.WriteByte('\n')
}

// wrapped writes text behind a first indent; see wrap.
func (p *printer) wrapped(first, text string) {
	for _, l := range wrap(first, text, p.o.Width) {
		p.line(l)
	}
}

// Wrap breaks text into lines of a width (0: none) behind a first indent; see wrap.
func Wrap(first, text string, width int) []string { return wrap(first, text, width) }

// wrap breaks text into lines of a width (0: none) behind a first indent, and
// indented by as much where it takes more than one line. A word longer than a
// line stays whole: it may be a path or a command to copy.
func wrap(first, text string, width int) []string {
	indent := strings.Repeat(" ", uniseg.StringWidth(first))
	var lines []string
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		if !empty && width > 0 && uniseg.StringWidth(line)+1+uniseg.StringWidth(word) > width {
			lines = append(lines, line)
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	return append(lines, line)
}

func (p *printer) head(r *Report) {
	for _, l := range wrap("", fmt.Sprintf("%s: %s", r.Run.Scenario.Name, r.Run.Scenario.Title), p.o.Width) {
		p.line(p.bold(l))
	}
	for _, l := range warnings(r) {
		p.wrapped("! ", l)
	}
	for _, l := range conditions(r) {
		p.wrapped("  ", l)
	}
}

// Table is the table of a load as the text report has it, without what stands around it.
func (r *Report) Table(load string) (string, error) {
	i := slices.IndexFunc(r.Run.Loads, func(l record.Load) bool { return l.Name == load })
	if i < 0 {
		return "", fmt.Errorf("record %s has no load %q", r.Run.ID, load)
	}
	var b strings.Builder
	p := &printer{w: bufio.NewWriter(&b)}
	p.table(columnsOf(&r.Run.Loads[i]), r.Summary.Of(load))
	err := p.w.Flush()
	return b.String(), err
}

func (p *printer) load(r *Report, i int) {
	load := &r.Run.Loads[i]
	rows := r.Summary.Of(load.Name)
	p.line()
	lines := wrap("", load.Name+": "+loadWords(load)+"; "+trialWords(load, rows), p.o.Width)
	if rest, ok := strings.CutPrefix(lines[0], load.Name); ok { // escapes have no width
		lines[0] = p.bold(load.Name) + rest
	}
	for _, l := range lines {
		p.line(l)
	}
	p.line()
	p.table(columnsOf(load), rows)
	for _, n := range rowNotes(rows) {
		p.wrapped("  ", n)
	}
	p.backing(r, rows)
	p.logs(rows)
	p.deliveries(rows)
	p.equalWork(rows)
	p.times(load, rows)
	p.anatomy(rows)
	if ranking, ok := r.Summary.Ranking(load.Name); ok {
		p.ranking(&ranking)
	}
}

// logs shows the tail of the log of every row that failed.
func (p *printer) logs(rows []metric.Row) {
	for i := range rows {
		if r := &rows[i]; r.LogTail != "" {
			p.line("  last lines of the log of ", r.Subject, ":")
			for l := range strings.Lines(r.LogTail) {
				p.line("    | ", strings.TrimRight(l, "\n"))
			}
		}
	}
}

func (p *printer) ranking(g *metric.Ranking) {
	p.line()
	p.line("Ranking under ", g.Load)
	for _, b := range g.Basis {
		p.wrapped("  ", b)
	}
	subjects := 0
	for _, place := range g.Places {
		subjects = max(subjects, uniseg.StringWidth(place.Subject))
	}
	for i := range g.Places {
		place := &g.Places[i]
		p.wrapped("  "+pad(rankWords(place), 3, true)+" "+pad(place.Subject, subjects, true)+"  ", place.Reason)
	}
}

func (p *printer) files(r *Report) {
	if r.Dir == "" {
		return
	}
	p.line()
	p.line("report  ", filepath.Join(r.Dir, markdown.File))
	if len(r.charts) > 0 {
		p.line("charts  ", filepath.Join(r.Dir, chartsDir), " (PNG and SVG)")
	}
	p.line("data    ", filepath.Join(r.Dir, table.File), ", ", metric.SummaryFile, ", run.json")
}

func (p *printer) bold(s string) string { return p.escape("1", s) }

// greyCode is the terminal's code for grey.
const greyCode = "90"

func (p *printer) grey(s string) string { return p.escape(greyCode, s) }

func (p *printer) escape(code, s string) string {
	if !p.o.Colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// pad fills a text with spaces to a width of columns on the screen.
func pad(s string, width int, left bool) string {
	fill := strings.Repeat(" ", max(0, width-uniseg.StringWidth(s)))
	if left {
		return s + fill
	}
	return fill + s
}
