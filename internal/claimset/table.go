package claimset

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// column is one column of the table.
type column struct {
	title string
	// share of the room that is left, of a column whose texts are wrapped; 0: never.
	share int
	of    func(*Result) string
}

func columns() []column {
	return []column{
		{"id", 0, func(r *Result) string { return r.Claim.ID }},
		{"document", 2, func(r *Result) string { return r.Claim.Document }},
		{"stated", 4, func(r *Result) string { return r.Claim.Stated }},
		{"verdict", 2, func(r *Result) string {
			if r.Contradicts() {
				return r.Verdict + " (!)"
			}
			return r.Verdict
		}},
		{"measured", 4, (*Result).measured},
		{"bound by / why", 4, (*Result).why},
	}
}

const (
	gap      = 2   // between columns
	minWidth = 12  // of a column that is wrapped
	noWidth  = 160 // of a table where the terminal has none
)

// layout gives every column its width: as much as it needs, or its share of the room
// that is left, with what others leave of theirs.
func layout(all []column, rows []Result, room int) []int {
	widths := make([]int, len(all))
	room -= gap * (len(all) - 1)
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

// table is the lines of the table; a row whose texts are wrapped takes several.
func table(rows []Result, room int) []string {
	if room <= 0 {
		room = noWidth
	}
	all := columns()
	widths := layout(all, rows, room)
	var lines []string
	add := func(of func(column) string) {
		cells := make([][]string, len(all))
		height := 0
		for i, c := range all {
			cells[i] = wrap(of(c), widths[i])
			height = max(height, len(cells[i]))
		}
		for n := range height {
			var b strings.Builder
			for i := range all {
				text := ""
				if n < len(cells[i]) {
					text = cells[i][n]
				}
				b.WriteString(text + strings.Repeat(" ", max(0, widths[i]-uniseg.StringWidth(text))+gap))
			}
			lines = append(lines, strings.TrimRight(b.String(), " "))
		}
	}
	add(func(c column) string { return c.title })
	for i := range rows {
		add(func(c column) string { return c.of(&rows[i]) })
	}
	return lines
}

// wrap breaks a text into lines of a width (0: none). A word longer than a line stays
// whole: it may be a path or a command to copy.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case width > 0 && uniseg.StringWidth(line)+1+uniseg.StringWidth(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
