package report

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

const columnGap = 2

// table prints the main table. Where the terminal is too narrow, whole columns
// are left out in a fixed order, and named.
func (p *printer) table(l *record.Load, rows []metric.Row) {
	all := columnsOf(l)
	shown := slices.Clone(all)
	for next := 1; p.o.Width > 0 && tableWidth(shown, rows) > p.o.Width; next++ {
		i := slices.IndexFunc(shown, func(c column) bool { return c.drop == next })
		if i < 0 {
			break
		}
		shown = slices.Delete(shown, i, i+1)
	}
	widths := columnWidths(shown, rows)
	p.cells(shown, widths, func(c column) string { return c.title }, p.bold)
	for i := range rows {
		r := &rows[i]
		switch {
		case !r.Shown():
			name := pad(r.Subject, widths[0], true) + strings.Repeat(" ", columnGap)
			for _, l := range wrap(name, r.Absence(), p.o.Width) {
				p.line(p.grey(l))
			}
		case r.State == metric.AllInvalid:
			p.cells(shown, widths, func(c column) string { return c.of(r) }, p.grey)
		default:
			p.cells(shown, widths, func(c column) string { return c.of(r) }, nil)
		}
	}
	if len(shown) < len(all) {
		p.wrapped("  ", "left out for want of room: "+strings.Join(dropped(all, shown), ", "))
	}
}

func (p *printer) cells(columns []column, widths []int, of func(column) string, style func(string) string) {
	var parts []string
	for i, c := range columns {
		parts = append(parts, pad(of(c), widths[i], c.left))
	}
	l := strings.TrimRight(strings.Join(parts, strings.Repeat(" ", columnGap)), " ")
	if style != nil {
		l = style(l)
	}
	p.line(l)
}

// columnWidths measures every column; rows without numbers only have a name.
func columnWidths(columns []column, rows []metric.Row) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = uniseg.StringWidth(c.title)
		for j := range rows {
			if i == 0 || rows[j].Shown() {
				widths[i] = max(widths[i], uniseg.StringWidth(c.of(&rows[j])))
			}
		}
	}
	return widths
}

func tableWidth(columns []column, rows []metric.Row) int {
	total := columnGap * (len(columns) - 1)
	for _, w := range columnWidths(columns, rows) {
		total += w
	}
	return total
}

func dropped(all, shown []column) []string {
	var titles []string
	for _, c := range all {
		if !slices.ContainsFunc(shown, func(s column) bool { return s.title == c.title }) {
			titles = append(titles, c.title)
		}
	}
	return titles
}
