package claim

import (
	"fmt"
	"math"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/stats"
)

// span is the numbers from lo to hi, both included.
type span struct{ lo, hi float64 }

func (s span) within(o span) bool { return o.lo <= s.lo && s.hi <= o.hi }

func (s span) apart(o span) bool { return s.hi < o.lo || s.lo > o.hi }

// nowhere is where no figure lies: what is only shown does not meet anything.
var nowhere = span{math.Inf(1), math.Inf(-1)}

// known says that it is one number.
func (s span) known() bool { return s.lo == s.hi && !math.IsInf(s.lo, 0) }

// around is a value within a tolerance.
func around(v, tolerance float64) span {
	return span{v - math.Abs(v)*tolerance, v + math.Abs(v)*tolerance}
}

// lies is where a value lies: where only a lower bound is known, anywhere above it.
func lies(v metric.Value) span {
	switch {
	case v.OK:
		return span{v.V, v.V}
	case v.Beyond > 0:
		return span{math.Nextafter(v.Beyond, math.Inf(1)), math.Inf(1)}
	}
	return span{math.Inf(1), math.Inf(1)} // it grows for as long as one looks
}

// absence is why there is nothing to judge; the zero absence: there is.
type absence struct{ kind, why string }

// reading is what a judge reads off a summary at one point.
type reading struct {
	absence
	figure  string // in words, with its interval
	bound   string // what bound the cells
	outside string // how far from what is stated, in words

	at, want span // where the figure lies, and where it has to
	value    *float64
	interval *stats.Interval
	trials   int    // valid ones, or pairs of them
	unit     string // of them: "trial", "pair"
	print    func(float64) string
	pooled   bool
	notes    []string
}

// absent is a reading of nothing.
func absent(a absence) reading { return reading{absence: a} }

func (r *reading) met() bool { return r.kind == "" && r.at.within(r.want) }

// words are the figure, how far it is outside, and what bound it.
func (r *reading) words(outside string) string { return r.figure + outside + r.bound }

// decide fills in what follows from at: the number, where it is one; and that nothing
// can be said where all that is known leaves it open.
func (r reading) decide() reading {
	if r.at.known() {
		v := r.at.lo
		r.value = &v
	}
	if !r.at.within(r.want) && !r.at.apart(r.want) {
		return absent(absence{NoValue, "it is only known to be " + r.figure + r.bound})
	}
	return r
}

// remarks are the notes of the reading, and those on its interval.
func (r *reading) remarks() []string {
	notes := r.notes
	switch {
	case r.print == nil || r.value == nil: // no matter of one figure
	case r.trials < stats.MinTrials:
		notes = append(notes, metric.Count(r.trials, r.unit)+": no interval, judged by the median")
	case r.interval == nil && r.pooled:
		notes = append(notes, "of the requests of all trials together: no interval")
	case r.interval == nil:
		notes = append(notes, "not a number in every trial: no interval")
	default:
		i := span{r.interval.Lo, r.interval.Hi}
		if r.met() && !i.within(r.want) || !r.met() && !i.apart(r.want) {
			notes = append(notes, fmt.Sprintf("its interval %s crosses the edge %s", between(r.print, i.lo, i.hi), r.print(r.edge(i))))
		}
	}
	return notes
}

// edge is the edge of what is stated that lies in an interval.
func (r *reading) edge(i span) float64 {
	if i.lo <= r.want.lo && r.want.lo <= i.hi {
		return r.want.lo
	}
	return r.want.hi
}
