package claim

import (
	"fmt"
	"math"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

var order = judge{
	kind: record.JudgeOrder,
	doc:  "the rows are in this order, best first, each told apart from the next by interleaved trials",
	check: func(c *record.Claim, m metric.Metric) []Problem {
		if m.Better == metric.Neither {
			return []Problem{{"metric", m.ID + " is no merit: of two rows none is better by it",
				"judge by value or ratio, or choose another metric"}}
		}
		return exact(c)
	},
	read: readOrder,
}

func readOrder(l look) reading {
	var rows []measured
	for _, subject := range l.claim.Judge.Order {
		m, why := l.measure(subject, l.point.Load)
		if why.kind == "" && len(rows) > 0 {
			why = l.unequal(rows[len(rows)-1].row, m.row)
		}
		if why.kind != "" {
			return absent(why)
		}
		rows = append(rows, m)
	}
	if len(rows) < 2 {
		return absent(absence{NotUnderstood, "an order of fewer than two rows"})
	}
	r := reading{want: span{1, 1}, at: span{1, 1}, trials: rows[0].row.Valid}
	figures, outs := []string{rows[0].row.Subject + " " + rows[0].short()}, []string(nil)
	for i := 1; i < len(rows); i++ {
		step, why := neighbours(rows[i-1], rows[i])
		if why.kind != "" {
			return absent(why)
		}
		r.trials = min(r.trials, rows[i].row.Valid)
		if step.outside != "" {
			outs, r.at = append(outs, step.outside), span{}
		}
		figures = append(figures, rows[i].row.Subject+" "+rows[i].short()+" ("+step.ratio+")")
	}
	r.figure = strings.Join(figures, ", then ")
	if len(outs) > 0 {
		r.outside = "; but " + strings.Join(outs, ", and ")
	}
	return r
}

// step is what the trials say of a row and the one that is stated to be worse.
type step struct {
	ratio   string // in words, of the worse to the better
	outside string // why they are not in this order; empty: they are
}

func neighbours(better, worse measured) (step, absence) {
	p, why := over(worse, better)
	if why.kind != "" {
		return step{}, why
	}
	s := step{ratio: strings.NewReplacer(" (", ", ", ")", "").Replace(p.words())}
	few := min(better.row.Valid, worse.row.Valid)
	if p.at.known() {
		few = p.trials
	}
	lo, hi := p.at.lo, p.at.hi
	if p.interval != nil {
		lo, hi = p.interval.Lo, p.interval.Hi
	}
	if better.metric.Better == metric.Higher { // then the worse one has less
		lo, hi = 1/hi, 1/lo
	}
	switch {
	case few < stats.MinTrials:
		return s, absence{TooFewTrials, fmt.Sprintf("%s of %s and %s: an order takes %d", metric.Count(few, "pair"),
			better.row.Subject, worse.row.Subject, stats.MinTrials)}
	case hi < 1:
		s.outside = worse.row.Subject + " is better than " + better.row.Subject
	case lo <= 1 || math.IsNaN(lo):
		s.outside = worse.row.Subject + " is not told apart from " + better.row.Subject
	}
	return s, absence{}
}
