package compare

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/report"
)

var text = Format{
	Name: "text", Doc: "for a terminal: what differs, then every figure beside its like",
	write: func(w io.Writer, r *Report, o Options) error {
		p := &printer{bufio.NewWriter(w), o.Width}
		p.head(r)
		p.differences(r)
		p.scenario(r.Scenario)
		for _, load := range r.loads() {
			p.load(r, load)
		}
		p.rest(r)
		return p.w.Flush()
	},
}

// printer writes lines; the first error of all of them is Flush's.
type printer struct {
	w     *bufio.Writer
	width int
}

func (p *printer) line(parts ...string) {
	p.w.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.w.WriteByte('\n')
}

// wrapped writes text behind a first indent.
func (p *printer) wrapped(first, text string) {
	for _, l := range report.Wrap(first, text, p.width) {
		p.line(l)
	}
}

func (p *printer) head(r *Report) {
	p.wrapped("", r.title())
	for _, l := range r.Warnings {
		p.wrapped("! ", l)
	}
	p.wrapped("  a  ", sideWords(&r.A))
	p.wrapped("  b  ", sideWords(&r.B))
}

func (p *printer) differences(r *Report) {
	if len(r.Differences) == 0 {
		return
	}
	p.line()
	p.line("What differs")
	rows := [][]string{{"", "a", "b"}}
	for _, d := range r.Differences {
		rows = append(rows, []string{d.What, d.A, d.B})
	}
	p.table(rows, 3)
}

// shownLines is how many lines of a difference of scenarios are shown: with more it is
// another scenario altogether.
const shownLines = 40

func (p *printer) scenario(lines []string) {
	if len(lines) == 0 {
		return
	}
	p.line()
	p.line("Where the scenarios differ (- of a, + of b)")
	for _, l := range lines[:min(len(lines), shownLines)] {
		p.line("  ", l)
	}
	if more := len(lines) - shownLines; more > 0 {
		p.line(fmt.Sprintf("  … and %d lines more: --json has them all", more))
	}
}

func (p *printer) load(r *Report, load string) {
	p.line()
	p.line("Load ", load)
	rows := [][]string{figureTitles()}
	for i := range r.Pairs {
		x := &r.Pairs[i]
		for j := range x.Figures {
			name := x.Subject
			if j > 0 {
				name = ""
			}
			if x.Load == load {
				rows = append(rows, figureCells(name, &x.Figures[j]))
			}
		}
	}
	if len(rows) > 1 {
		p.table(rows, 2)
	}
	for _, n := range r.remarks(load) {
		p.wrapped("  ", n)
	}
}

func (p *printer) rest(r *Report) {
	if len(r.OnlyA)+len(r.OnlyB) > 0 {
		p.line()
	}
	if len(r.OnlyA) > 0 {
		p.wrapped("", "only in a: "+aloneWords(r.OnlyA))
	}
	if len(r.OnlyB) > 0 {
		p.wrapped("", "only in b: "+aloneWords(r.OnlyB))
	}
	if len(r.Pairs) == 0 {
		p.line()
		p.line("no row is in both")
		return
	}
	p.line()
	p.wrapped("", glossary)
}

// table writes rows in columns, the first so many of them aligned to the left.
func (p *printer) table(rows [][]string, left int) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	for _, row := range rows {
		var parts []string
		for i, cell := range row {
			fill := strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell))
			if i < left || i == len(row)-1 {
				parts = append(parts, cell+fill)
			} else {
				parts = append(parts, fill+cell)
			}
		}
		p.line("  ", strings.Join(parts, "  "))
	}
}
