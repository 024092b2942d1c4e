package claim

import (
	"fmt"
	"math"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

var growth = judge{
	kind: record.JudgeGrowth,
	doc: "over the loads the metric grows in proportion to their size (connections, or rate): at each it is what the " +
		"first leads to expect, within the tolerance",
	check: func(c *record.Claim, _ metric.Metric) []Problem { return tolerated(c) },
	read:  readGrowth,
}

func readGrowth(l look) reading {
	var figures []string
	var first measured
	var worst pair
	var base float64
	at := ""
	for i, load := range l.claim.Judge.Over {
		m, why := l.measure(l.point.Row, load)
		if why.kind != "" {
			return absent(why)
		}
		size := l.sizeOf(load)
		if size == 0 {
			return absent(absence{NoValue, "load " + load + " has no size that anything could be in proportion to"})
		}
		figures = append(figures, m.short()+" under "+load)
		if i == 0 {
			first, base = m, size
			continue
		}
		p, why := over(m, first)
		if why.kind != "" {
			return absent(why)
		}
		if p = p.scaled(base / size); at == "" || p.stray() > worst.stray() {
			worst, at = p, load
		}
	}
	if at == "" {
		return absent(absence{NotUnderstood, "growth over fewer than two loads"})
	}
	r := reading{at: worst.at, want: around(1, l.claim.Judge.Tolerance), interval: worst.interval, trials: worst.trials,
		unit: "pair", print: times, notes: worst.notes}
	if worst.trials == 0 {
		r.print = nil
	}
	r.figure = fmt.Sprintf("%s: under %s %s what the proportion to %s gives", strings.Join(figures, ", "), at,
		worst.words(), l.claim.Judge.Over[0])
	r.outside = ", where the same is stated"
	r.bound = ", " + boundWords(first.row.Bound) + " (" + l.claim.Judge.Over[0] + ")"
	return r.decide()
}

// scaled multiplies a pair.
func (p pair) scaled(by float64) pair {
	p.at = span{p.at.lo * by, p.at.hi * by}
	if p.interval != nil {
		p.interval = &stats.Interval{Lo: p.interval.Lo * by, Hi: p.interval.Hi * by}
	}
	return p
}

// stray is how far a factor is from 1, either way.
func (p pair) stray() float64 {
	if p.at.lo <= 0 {
		return math.Inf(1)
	}
	return math.Abs(math.Log(p.at.lo))
}

// sizeOf is the size of a load: connections, or req/s; 0: it has none of its own.
func (b *bench) sizeOf(load string) float64 {
	for _, l := range b.run.Loads {
		switch {
		case l.Name != load:
		case l.Open:
			return l.Rate
		default:
			return float64(l.Connections)
		}
	}
	return 0
}
