package claim

import (
	"fmt"
	"math"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/stats"
)

// pair is one figure over another.
type pair struct {
	at       span
	interval *stats.Interval
	trials   int // pairs of trials; 0: the medians were divided
	notes    []string
}

// over divides one row by another: by interleaved trials where both have numbers, so
// that drift cancels; else median by median.
func over(a, b measured) (pair, absence) {
	if a.Median.OK && b.Median.OK {
		if r, ok := metric.Ratio(a.Spread, b.Spread); ok {
			return pair{span{r.Median, r.Median}, r.Interval, r.Pairs, warnings(r)}, absence{}
		}
	}
	num, den := lies(a.Median), lies(b.Median)
	switch {
	case den.known() && den.lo == 0:
		return pair{}, absence{NoValue, fmt.Sprintf("%s of %s is 0: there is no ratio", b.metric.Name, b.row.Subject)}
	case !num.known() && !den.known():
		return pair{}, absence{NoValue, fmt.Sprintf("neither is a number: %s %s, %s %s",
			a.row.Subject, a.short(), b.row.Subject, b.short())}
	}
	p := pair{at: span{num.lo / den.hi, num.hi / den.lo}}
	if p.at.known() {
		p.notes = []string{"its trials have no pairs: median against median"}
	}
	return p, absence{}
}

// warnings of a ratio, less the one that remarks makes of too few trials.
func warnings(r stats.Ratio) []string {
	var notes []string
	for _, w := range r.Warnings {
		if !strings.HasPrefix(w, "fewer than") {
			notes = append(notes, w)
		}
	}
	return notes
}

// words are the factor and its interval.
func (p pair) words() string {
	switch {
	case math.IsInf(p.at.lo, 1):
		return "beyond any number of times"
	case math.IsInf(p.at.hi, 1):
		return "> " + times(p.at.lo) + " times"
	case !p.at.known():
		return "< " + times(p.at.hi) + " times"
	}
	text := times(p.at.lo) + " times"
	if p.interval != nil {
		text += " (" + between(times, p.interval.Lo, p.interval.Hi) + ")"
	}
	return text
}

// against compares the row of a point with the one that it is to be compared with.
func (l look) against(want span) reading {
	a, why := l.measure(l.point.Row, l.point.Load)
	if why.kind != "" {
		return absent(why)
	}
	b, why := l.measure(l.point.To, l.point.Load)
	if why.kind == "" {
		why = l.unequal(a.row, b.row)
	}
	if why.kind != "" {
		return absent(why)
	}
	p, why := over(a, b)
	if why.kind != "" {
		return absent(why)
	}
	r := reading{figure: p.words(), bound: ": " + sides(a, b), at: p.at, want: want, interval: p.interval,
		trials: p.trials, unit: "pair", print: times, notes: p.notes}
	if p.trials == 0 {
		r.print = nil // its note says how it was compared
	}
	return r.decide()
}

// sides are both figures, and what bound them: once, where it is the same.
func sides(a, b measured) string {
	x, y := a.row.Subject+" "+a.short(), b.row.Subject+" "+b.short()
	if a.row.Bound == b.row.Bound {
		if a.row.Bound.Kind == metric.Unexplained {
			return x + " against " + y
		}
		return x + " against " + y + ", both " + boundWords(a.row.Bound)
	}
	return x + ", " + boundWords(a.row.Bound) + "; " + y + ", " + boundWords(b.row.Bound)
}
