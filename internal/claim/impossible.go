package claim

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// impossible comes before the verdicts on what was measured, but not against it: what
// came out was not impossible ("about 30" where 29.1 is the ceiling, and 28.7 measured).
var impossible = verdict{
	name: Impossible,
	doc: "the stated rate is more than 2% above the lowest ceiling that the stated configuration has before anything " +
		"runs; the arithmetic is given",
	applies: func(f *finding) bool { return f.ceiling.exceeded() && !f.met() },
	fill: func(f *finding, r *Result) {
		r.Measured, r.Ceiling = f.words(""), f.ceiling.words()
		r.Notes = f.remarks()
	},
}

// aboveCeiling is how much above a ceiling a stated rate has to be: ceilings and
// documents are rounded.
const aboveCeiling = 1.02

// ceiling is the lowest one known before the run where a claim was measured; the zero
// ceiling is none.
type ceiling struct {
	rate, stated float64 // req/s
	why          string
}

func (c ceiling) exceeded() bool { return c.rate > 0 && c.stated > aboveCeiling*c.rate }

func (c ceiling) words() string {
	return fmt.Sprintf("stated %s is above %s/s: %s", stated(metric.PerSecond, c.stated), metric.Rate(c.rate), c.why)
}

// ceilingOf a claim that states an achieved rate. Cells of one row under one load have
// the same ceilings; were they to differ, what one of them allows is not impossible.
func (b *bench) ceilingOf(c *record.Claim) (highest ceiling) {
	if !boundable(c) {
		return ceiling{}
	}
	for i := range b.run.Cells {
		cell := &b.run.Cells[i]
		if cell.Subject != c.Row || cell.Load != c.Load || len(cell.Ceilings) == 0 {
			continue
		}
		low := cell.Ceilings[0]
		for _, other := range cell.Ceilings {
			if other.Rate < low.Rate {
				low = other
			}
		}
		if low.Rate > highest.rate {
			highest = ceiling{rate: low.Rate, stated: c.Judge.Value, why: low.Why}
		}
	}
	return highest
}

// boundable says that a ceiling known before the run can refute the claim.
func boundable(c *record.Claim) bool {
	return c.Metric == metric.Achieved && (c.Judge.Kind == record.JudgeValue || c.Judge.Kind == record.JudgeAtLeast)
}
