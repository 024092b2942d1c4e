package report

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
)

// claimColumn is one column of a table of claims.
type claimColumn struct {
	title string
	// share of the room that is left, of a column whose texts are wrapped; 0: never.
	share int
	of    func(*claim.Result) string
}

func claimColumns() []claimColumn {
	return []claimColumn{
		{"id", 0, func(r *claim.Result) string { return r.Claim.ID }},
		{"stated", 4, func(r *claim.Result) string { return r.Claim.Stated }},
		{"verdict", 2, verdictWords},
		{"measured", 4, measuredWords},
		{"bound by / why", 4, whyWords},
	}
}

// pageColumns: a page has room for where it is stated.
func pageColumns() []claimColumn {
	return slices.Insert(claimColumns(), 1, claimColumn{"document", 2, func(r *claim.Result) string { return r.Claim.Document }})
}

// verdictWords mark a verdict that was not expected.
func verdictWords(r *claim.Result) string {
	if r.Differs() {
		return r.Verdict + " (!)"
	}
	return r.Verdict
}

// measuredWords are the figure alone: what bound it has a column of its own.
func measuredWords(r *claim.Result) string {
	if r.Verdict == claim.NotMeasured {
		return metric.NotAvailable
	}
	return strings.TrimRight(strings.TrimSuffix(r.Measured, r.Bound), ",: ")
}

// whyWords are what bound it, the arithmetic that forbids it, or why there is no verdict.
func whyWords(r *claim.Result) string {
	switch {
	case r.Verdict == claim.NotMeasured:
		return r.Measured
	case r.Ceiling != "":
		return r.Ceiling
	}
	return r.Bound
}

const (
	minWidth = 12  // of a column that is wrapped
	noWidth  = 160 // of a table where the terminal has none
)

// layout gives every column its width: as much as it needs, or its share of the room
// that is left, with what others leave of theirs.
func layout(all []claimColumn, rows []claim.Result, room int) []int {
	widths := make([]int, len(all))
	room -= columnGap * (len(all) - 1)
	var open []int // columns that want more than they have
	for i, c := range all {
		widths[i] = uniseg.StringWidth(c.title)
		for j := range rows {
			widths[i] = max(widths[i], uniseg.StringWidth(c.of(&rows[j])))
		}
		if c.share == 0 {
			room -= widths[i]
			continue
		}
		open = append(open, i)
	}
	for len(open) > 0 {
		shares := 0
		for _, i := range open {
			shares += all[i].share
		}
		limit := func(i int) int { return room * all[i].share / shares }
		content := func(i int) bool { return widths[i] <= limit(i) }
		if !slices.ContainsFunc(open, content) { // then those that would get too little go first
			content = func(i int) bool { return limit(i) < minWidth }
		}
		var wide []int
		left := room
		for _, i := range open {
			switch {
			case !content(i):
				wide = append(wide, i)
				continue
			case widths[i] > limit(i):
				widths[i] = min(widths[i], minWidth)
			}
			left -= widths[i]
		}
		if len(wide) == len(open) {
			for _, i := range wide {
				widths[i] = limit(i)
			}
			break
		}
		open, room = wide, left
	}
	return widths
}

// ClaimLines is a table of claims for a width (0: not known): the lines of its head, then
// those of each claim. Texts that are long are wrapped.
func ClaimLines(results []claim.Result, room int) [][]string {
	if room <= 0 {
		room = noWidth
	}
	all := claimColumns()
	widths := layout(all, results, room)
	rows := [][]string{claimLine(all, widths, func(c claimColumn) string { return c.title })}
	for i := range results {
		rows = append(rows, claimLine(all, widths, func(c claimColumn) string { return c.of(&results[i]) }))
	}
	return rows
}

// claimLine is one row over as many lines as its longest cell takes.
func claimLine(all []claimColumn, widths []int, of func(claimColumn) string) (lines []string) {
	cells, height := make([][]string, len(all)), 0
	for i, c := range all {
		cells[i] = wrap("", of(c), widths[i])
		height = max(height, len(cells[i]))
	}
	for n := range height {
		var parts []string
		for i := range all {
			text := ""
			if n < len(cells[i]) {
				text = cells[i][n]
			}
			parts = append(parts, pad(text, widths[i], true))
		}
		lines = append(lines, strings.TrimRight(strings.Join(parts, strings.Repeat(" ", columnGap)), " "))
	}
	return lines
}

// ClaimPage is the lines of the same table for a page.
func ClaimPage(results []claim.Result) []string {
	line := func(of func(claimColumn) string) string {
		var cells []string
		for _, c := range pageColumns() {
			cells = append(cells, of(c))
		}
		return "| " + strings.Join(cells, " | ") + " |"
	}
	lines := []string{line(func(c claimColumn) string { return c.title }), line(func(claimColumn) string { return ":--" })}
	for i := range results {
		lines = append(lines, line(func(c claimColumn) string { return escape(c.of(&results[i])) }))
	}
	return lines
}
