package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/notifybench/notifybench/internal/migrate"
)

const migrateTitle = "Should I migrate?"

// needColumn is one column of the table of a rate.
type needColumn struct {
	title string
	left  bool
	of    func(*migrate.Need) string
	drop  int // as in column
}

// needColumns; where ranges is true each figure has its interval with it.
func needColumns(t *migrate.Table) []needColumn {
	money := t.Plan.Price.Currency + " per million"
	return []needColumn{
		{"architecture", true, needName, 0},
		{"instances", false, func(n *migrate.Need) string { return n.Instances.Format(migrate.Whole) }, 0},
		{"vCPU", false, func(n *migrate.Need) string { return n.VCPU.Format(migrate.Number) }, 3},
		{"memory", false, func(n *migrate.Need) string { return n.Memory.Format(migrate.Bytes) }, 2},
		{money, false, func(n *migrate.Need) string { return n.Cost.Format(migrate.Number) }, 0},
		{"of it memory", false, func(n *migrate.Need) string { return fmt.Sprintf("%.0f%%", 100*n.MemoryShare) }, 1},
		{"with whole cores", false, func(n *migrate.Need) string { return n.CostWhole.Format(migrate.Number) }, 4},
		{"decides", true, func(n *migrate.Need) string { return n.Decides }, 0},
	}
}

// needName marks a row whose extrapolation failed: colour alone would not tell.
func needName(n *migrate.Need) string {
	if n.Doubted {
		return n.Row + " (not confirmed)"
	}
	return n.Row
}

// rateTitle is what the table of a rate is of.
func rateTitle(r *migrate.Rate) string {
	return "To serve " + migrate.RateWords(r.Rate)
}

func (p *printer) migrate(t *migrate.Table) {
	if t == nil {
		return
	}
	p.line()
	p.line(p.bold(migrateTitle))
	if v := t.Verdict(); v != "" {
		p.wrapped("! ", v)
	}
	for _, b := range t.Basis() {
		p.wrapped("  ", b)
	}
	for i := range t.Rates {
		p.line()
		p.line(rateTitle(&t.Rates[i]))
		p.needs(needColumns(t), t.Rates[i].Needs)
	}
	for _, n := range t.Notes {
		p.wrapped("  ", n)
	}
	p.line()
	for i := range t.Answers {
		for _, w := range t.Answers[i].Words(t) {
			p.wrapped("  ", w)
		}
	}
	if len(t.Checks) > 0 {
		p.line()
		p.line("The extrapolation, tested on measured cases")
		for i := range t.Checks {
			p.wrapped("  ", t.Checks[i].Words())
		}
	}
}

// needs prints the table of a rate; where there is too little room columns are left out.
func (p *printer) needs(columns []needColumn, needs []migrate.Need) {
	all := len(columns)
	widths := needWidths(columns, needs)
	for next := 1; p.o.Width > 0 && total(widths) > p.o.Width; next++ {
		i := slices.IndexFunc(columns, func(c needColumn) bool { return c.drop == next })
		if i < 0 {
			break
		}
		columns, widths = slices.Delete(columns, i, i+1), slices.Delete(widths, i, i+1)
	}
	p.needLine(columns, widths, func(c needColumn) string { return c.title }, p.bold)
	for i := range needs {
		n := &needs[i]
		if n.Why == "" {
			p.needLine(columns, widths, func(c needColumn) string { return c.of(n) }, nil)
			continue
		}
		for _, l := range wrap(pad(n.Row, widths[0], true)+strings.Repeat(" ", columnGap), n.Why, p.o.Width) {
			p.line(p.grey(l))
		}
	}
	if len(columns) < all {
		p.line("  the page has more columns")
	}
}

func (p *printer) needLine(columns []needColumn, widths []int, of func(needColumn) string, style func(string) string) {
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

func needWidths(columns []needColumn, needs []migrate.Need) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = uniseg.StringWidth(c.title)
		for j := range needs {
			if n := &needs[j]; i == 0 || n.Why == "" {
				widths[i] = max(widths[i], uniseg.StringWidth(c.of(n)))
			}
		}
	}
	return widths
}

func total(widths []int) int {
	sum := columnGap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}
