package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
)

// tally counts the verdicts: "8 claims: 1 REPRODUCED, 3 NOT MEASURED".
func tally(results []claim.Result) string {
	var parts []string
	for _, v := range slices.Backward(claim.Verdicts()) { // what was measured first
		n := 0
		for _, r := range results {
			if r.Verdict == v.Name {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v.Name))
		}
	}
	return metric.Count(len(results), "claim") + ": " + strings.Join(parts, ", ")
}

func claimTitles() []string { return []string{"claim", "stated", "verdict", "measured"} }

func claimCells(r *claim.Result) []string {
	return []string{r.Claim.ID, r.Claim.Stated, verdictWords(r), r.Measured}
}

// verdictWords mark a verdict that was not expected.
func verdictWords(r *claim.Result) string {
	if r.Differs() {
		return r.Verdict + " (!)"
	}
	return r.Verdict
}

// source is where a claim is found.
func source(r *claim.Result) string {
	if r.Claim.Section == "" {
		return r.Claim.Document
	}
	return r.Claim.Document + ", " + r.Claim.Section
}

// claims prints a table whose longer cells are wrapped, then the reasons.
func (p *printer) claims(results []claim.Result) {
	p.line(p.bold("Claims"))
	p.wrapped("  ", tally(results))
	p.line()
	widths := p.claimWidths(results)
	p.wrappedRow(claimTitles(), widths, p.bold)
	for i := range results {
		r := &results[i]
		style := func(s string) string { return s }
		if r.Verdict == claim.NotMeasured {
			style = p.grey
		}
		p.wrappedRow(claimCells(r), widths, style)
	}
	for i := range results {
		r := &results[i]
		reasons := r.Reasons()
		if len(reasons) == 0 {
			continue
		}
		p.line()
		p.wrapped("  ", r.Claim.ID+" ("+source(r)+")")
		for _, l := range reasons {
			p.wrapped("    ", l)
		}
	}
}

// claimWidths shares the width of the terminal between what is stated and what was
// measured; the other columns take what they need.
func (p *printer) claimWidths(results []claim.Result) []int {
	widths := make([]int, len(claimTitles()))
	fill := func(cells []string) {
		for i, c := range cells {
			widths[i] = max(widths[i], uniseg.StringWidth(c))
		}
	}
	fill(claimTitles())
	for i := range results {
		fill(claimCells(&results[i]))
	}
	room := p.o.Width - widths[0] - widths[2] - 3*columnGap
	if p.o.Width > 0 && widths[1]+widths[3] > room {
		widths[1] = min(widths[1], max(room*2/5, room-widths[3]))
		widths[3] = room - widths[1]
	}
	return widths
}

// wrappedRow prints the cells of a row over as many lines as the longest takes.
func (p *printer) wrappedRow(cells []string, widths []int, style func(string) string) {
	columns, lines := make([][]string, len(cells)), 0
	for i, c := range cells {
		columns[i] = wrap("", c, widths[i])
		lines = max(lines, len(columns[i]))
	}
	for n := range lines {
		var parts []string
		for i, column := range columns {
			text := ""
			if n < len(column) {
				text = column[n]
			}
			parts = append(parts, pad(text, widths[i], true))
		}
		p.line(style(strings.TrimRight(strings.Join(parts, strings.Repeat(" ", columnGap)), " ")))
	}
}

// pageClaims is the same for a page.
func (p *printer) pageClaims(results []claim.Result) {
	p.line(tally(results), ".")
	p.line()
	p.line("| ", strings.Join(claimTitles(), " | "), " |")
	p.line("|:--|:--|:--|:--|")
	for i := range results {
		r := &results[i]
		var cells []string
		for _, c := range claimCells(r) {
			cells = append(cells, escape(c))
		}
		cells[1] += " <br>*" + escape(source(r)) + "*"
		p.line("| ", strings.Join(cells, " | "), " |")
	}
	for i := range results {
		r := &results[i]
		reasons := r.Reasons()
		if len(reasons) == 0 {
			continue
		}
		p.line()
		p.line("**", escape(r.Claim.ID), "**")
		p.line()
		for _, l := range reasons {
			p.line("- ", escape(l))
		}
	}
}
