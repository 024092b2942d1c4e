package gatetest

import (
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
)

// The counts of a tally: of the gates as a whole, then of each rule.
const (
	countRed = iota
	countFound
	countInconclusive
	countInvalid
	countPass
	countImproved
	countsOfGate
)

// The counts of a rule, from countsOfGate + rule × countsOfRule.
const (
	ruleRed = iota
	rulePass
	ruleInconclusive
	ruleNotGated
	countsOfRule
)

func ruleCount(rule, count int) int { return countsOfGate + rule*countsOfRule + count }

// tally counts gates.
type tally struct {
	gates  int
	counts []int
	blocks []float64
	took   []float64 // seconds
	passed []float64 // seconds, of those that passed
}

func newTally(rules int) *tally {
	return &tally{counts: make([]int, countsOfGate+rules*countsOfRule)}
}

func (t *tally) add(o outcome) {
	t.gates++
	switch o.verdict {
	case gate.Regressed:
		t.counts[countRed]++
	case gate.Inconclusive:
		t.counts[countInconclusive]++
	case gate.Invalid:
		t.counts[countInvalid]++
	case gate.Improved:
		t.counts[countImproved]++
		t.counts[countPass]++ // of the change: nothing is worse
	case gate.Pass:
		t.counts[countPass]++
	}
	if o.found {
		t.counts[countFound]++
	}
	for rule, v := range o.metrics {
		switch v {
		case gate.Regressed:
			t.counts[ruleCount(rule, ruleRed)]++
		case gate.Pass, gate.Improved:
			t.counts[ruleCount(rule, rulePass)]++
		case gate.NotGated:
			t.counts[ruleCount(rule, ruleNotGated)]++
		case gate.Inconclusive, gate.Undecided, gate.Invalid:
			t.counts[ruleCount(rule, ruleInconclusive)]++
		}
	}
	t.blocks = append(t.blocks, float64(o.blocks))
	t.took = append(t.took, o.took.Seconds())
	if o.verdict == gate.Pass || o.verdict == gate.Improved {
		t.passed = append(t.passed, o.took.Seconds())
	}
}

// share is that of the gates that count.
func (t *tally) share(count int) float64 { return float64(t.counts[count]) / float64(t.gates) }

// quantile is the q-quantile of sorted by nearest rank; ok is false where there is none.
// It is of draws, which can be made as many as one likes: none must lie beyond it.
func quantile(sorted []float64, q float64) (v float64, ok bool) {
	if len(sorted) == 0 {
		return 0, false
	}
	rank := min(int(q*float64(len(sorted))), len(sorted)-1)
	return sorted[rank], true
}

func sorted(xs []float64) []float64 { return slices.Sorted(slices.Values(xs)) }

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Millisecond)
}
