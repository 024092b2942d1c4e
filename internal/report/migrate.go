package report

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/migrate"
)

const migrateTitle = "Should I migrate?"

// needColumn is one column of the table of a rate.
type needColumn = columnOf[migrate.Need]

// needColumns are those of the table of a rate.
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

// needs prints the table of a rate.
func (p *printer) needs(columns []needColumn, needs []migrate.Need) {
	printTable(p, columns, needs, needAbsence, func(*migrate.Need) string { return "" })
}

// needAbsence is what stands in place of the figures of a row of which nothing is known.
func needAbsence(n *migrate.Need) (name, why string) { return n.Row, n.Why }
