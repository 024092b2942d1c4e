package report

import (
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/metric"
)

const columnGap = 2

// table prints a table of rows.
func (p *printer) table(all []column, rows []metric.Row) {
	printTable(p, all, rows, rowAbsence, func(r *metric.Row) string {
		if r.State == metric.AllInvalid {
			return greyCode
		}
		return ""
	})
}

// rowAbsence is what stands in place of the figures of a row that has none.
func rowAbsence(r *metric.Row) (name, why string) {
	if r.Shown() {
		return r.Subject, ""
	}
	return r.Subject, r.Absence()
}

// printTable prints a table of anything. Where the terminal is too narrow, whole columns
// are left out in a fixed order, and named. A row without figures has its name and why;
// code is that of the colour of a row, empty for none.
func printTable[T any](p *printer, all []columnOf[T], rows []T, absence func(*T) (name, why string), code func(*T) string) {
	shown := slices.Clone(all)
	widths := columnWidths(shown, rows, absence)
	for next := 1; p.o.Width > 0 && tableWidth(widths) > p.o.Width; next++ {
		i := slices.IndexFunc(shown, func(c columnOf[T]) bool { return c.drop == next })
		if i < 0 {
			break
		}
		shown, widths = slices.Delete(shown, i, i+1), slices.Delete(widths, i, i+1)
	}
	printCells(p, shown, widths, func(c columnOf[T]) string { return c.title }, p.bold)
	for i := range rows {
		r := &rows[i]
		if name, why := absence(r); why != "" {
			for _, l := range wrap(pad(name, widths[0], true)+strings.Repeat(" ", columnGap), why, p.o.Width) {
				p.line(p.grey(l))
			}
			continue
		}
		var style func(string) string
		if c := code(r); c != "" {
			style = func(s string) string { return p.escape(c, s) }
		}
		printCells(p, shown, widths, func(c columnOf[T]) string { return c.of(r) }, style)
	}
	if len(shown) < len(all) {
		p.wrapped("  ", "left out for want of room: "+strings.Join(dropped(all, shown), ", "))
	}
}

func printCells[T any](p *printer, columns []columnOf[T], widths []int, of func(columnOf[T]) string, style func(string) string) {
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

// columnWidths measures every column; rows without figures only have a name.
func columnWidths[T any](columns []columnOf[T], rows []T, absence func(*T) (name, why string)) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = uniseg.StringWidth(c.title)
		for j := range rows {
			if _, why := absence(&rows[j]); i == 0 || why == "" {
				widths[i] = max(widths[i], uniseg.StringWidth(c.of(&rows[j])))
			}
		}
	}
	return widths
}

func tableWidth(widths []int) int {
	total := columnGap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	return total
}

func dropped[T any](all, shown []columnOf[T]) []string {
	var titles []string
	for _, c := range all {
		if !slices.ContainsFunc(shown, func(s columnOf[T]) bool { return s.title == c.title }) {
			titles = append(titles, c.title)
		}
	}
	return titles
}
