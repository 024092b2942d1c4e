package report

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
)

var markdown = Format{
	Name: "markdown", File: "report.md", Doc: "tables, rankings and charts on one page",
	write: func(w io.Writer, r *Report, _ Options) error {
		p := &printer{w: bufio.NewWriter(w)}
		p.line("# ", r.Run.Scenario.Name, ": ", r.Run.Scenario.Title)
		p.line()
		for _, l := range warnings(r) {
			p.line("> **", l, "**")
			p.line()
		}
		for _, l := range conditions(r) {
			p.line("- ", l)
		}
		p.line("- run ", r.Run.ID, ", notifybench ", r.Run.Tool)
		if len(r.Claims) > 0 {
			p.line()
			p.line("## Claims")
			p.line()
			p.pageClaims(r.Claims)
		}
		for i := range r.Run.Loads {
			p.loadPage(r, i)
		}
		p.pageMigrate(r)
		p.glossary()
		return p.w.Flush()
	},
}

func (p *printer) loadPage(r *Report, i int) {
	load := &r.Run.Loads[i]
	rows := r.Summary.Of(load.Name)
	p.line()
	p.line("## Load ", load.Name)
	p.line()
	p.line(loadWords(load), "; ", trialWords(load, rows), ", min–max in brackets where there are enough trials.")
	p.line()
	p.pageTable(columnsOf(load), rows)
	p.line()
	for _, n := range rowNotes(rows) {
		p.line("- ", escape(n))
	}
	p.pageBacking(r, rows)
	p.pageLogs(rows)
	p.pageDeliveries(rows)
	p.pageEqualWork(rows)
	p.pageTimes(load, rows)
	p.pageAnatomy(rows)
	if ranking, ok := r.Summary.Ranking(load.Name); ok {
		p.pageRanking(&ranking)
	}
	for _, c := range r.charts {
		if !c.chart.Whole && c.data.Load.Name == load.Name {
			p.pageChart(c, fmt.Sprintf("%s, load %s", c.chart.Title, load.Name))
		}
	}
}

// pageHead writes the head of a table.
func pageHead[T any](p *printer, columns []columnOf[T]) {
	var titles, rules []string
	for _, c := range columns {
		titles = append(titles, c.title)
		rules = append(rules, map[bool]string{true: ":--", false: "--:"}[c.left])
	}
	p.line("| ", strings.Join(titles, " | "), " |")
	p.line("|", strings.Join(rules, "|"), "|")
}

func (p *printer) pageTable(all []column, rows []metric.Row) {
	pageHead(p, all)
	for i := range rows {
		p.line("| ", strings.Join(pageRow(all, &rows[i]), " | "), " |")
	}
}

func pageRow(all []column, r *metric.Row) []string {
	if !r.Shown() {
		return []string{escape(r.Subject), escape(r.Absence()) + strings.Repeat(" |", len(all)-2)}
	}
	var cells []string
	for _, c := range all {
		text := escape(c.of(r))
		if i := interval(r, c.title); i != "" {
			text += " <br>" + escape(i)
		}
		if r.State == metric.AllInvalid {
			text = "~~" + text + "~~"
		}
		cells = append(cells, text)
	}
	return cells
}

// interval is the min–max of the metric a column shows, if any.
func interval(r *metric.Row, title string) string {
	if q := r.CPURatio; title == cpuRatioTitle && q != nil && q.Interval != nil && r.Subject != r.CPUBase {
		return fmt.Sprintf("(%.2f to %.2f)", q.Interval.Lo, q.Interval.Hi)
	}
	for _, m := range metric.All() {
		if s := r.Values[m.ID]; m.Name == title && s.Interval != nil && s.Interval.Lo != s.Interval.Hi {
			return fmt.Sprintf("(%s to %s)", m.Unit.Format(s.Interval.Lo), m.Unit.Format(s.Interval.Hi))
		}
	}
	return ""
}

func (p *printer) pageLogs(rows []metric.Row) {
	for i := range rows {
		if r := &rows[i]; r.LogTail != "" {
			p.line()
			p.line("Last lines of the log of ", r.Subject, ":")
			p.line()
			for l := range strings.Lines(r.LogTail) {
				p.line("    ", strings.TrimRight(l, "\n"))
			}
		}
	}
}

func (p *printer) pageRanking(g *metric.Ranking) {
	p.line()
	p.line("### Ranking")
	p.line()
	for _, b := range g.Basis {
		p.line("- ", b)
	}
	p.line()
	p.line("| rank | server | why |")
	p.line("|:--|:--|:--|")
	for i := range g.Places {
		place := &g.Places[i]
		p.line("| ", rankWords(place), " | ", escape(place.Subject), " | ", escape(place.Reason), " |")
	}
}

// glossary says what every number and every verdict means.
func (p *printer) glossary() {
	p.line()
	p.line("## What the numbers mean")
	p.line()
	for _, m := range metric.All() {
		p.line("- **", m.Name, "**: ", m.Doc)
	}
	p.line("- **CPU ×**: CPU/req against the cheapest row of the table, the median of the ratios of neighbouring trials; " +
		"where trials are cut into slices, the ratio of a trial is the geometric mean of those of neighbouring slices. " +
		`Marked \~ where the trials do not tell the two apart: the ratios of six or more include 1, or there are fewer`)
	p.line("- **lag, queue, providers, rest**: where the time of the answered requests went, on average: late sending by " +
		"the generator, waiting in the server, the critical path of the provider calls as they were served, everything else; " +
		"they add up to the mean. Queue and providers are what the server says by Server-Timing; of one that does not, the " +
		"providers are as planned, and its queue is in the rest")
	p.line("- **bound by**: the lowest ceiling within reach of what was achieved; the ranking has its numbers")
	kinds := metric.BoundKinds()
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		p.line("  - *", kind, "*: ", kinds[kind])
	}
	p.line("- **backlog +N/s**: so many requests more were waiting every second, so that any percentile would only " +
		"say how long the run was")
	p.line("- **> N s**: that many requests had no answer within N")
	p.line("- in brackets: the lowest and the highest of the trials, which at six trials cover the median with 97%")
	p.line()
	p.line("## When a cell is not believed")
	p.line()
	p.line("| check | what | flagged | invalid |")
	p.line("|:--|:--|:--|:--|")
	for _, c := range metric.Checks() {
		p.line("| ", c.ID, " | ", escape(c.Doc), " | ", escape(c.Flag), " | ", escape(c.Invalid), " |")
	}
	p.line()
	p.line("A rank marked ~ is shared: interleaved trials do not tell the rows apart. A rank of – is none.")
}

// escape keeps a text from ending a cell of a table.
func escape(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", ">", "&gt;", "~", `\~`).Replace(s)
}
