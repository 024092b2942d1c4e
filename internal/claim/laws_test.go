package claim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

func drawTrials(t *rapid.T, name string, n int) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(1, 1000), n, n).Draw(t, name)
}

// drawLab measures everything that the claim of a kind asks for.
func drawLab(t *rapid.T, kind string, n int) (*lab, record.Claim) {
	c := claimOf(kind)
	switch kind {
	case record.JudgeOrder:
	case record.JudgeGrowth:
		c.Judge.Tolerance = rapid.Float64Range(0.01, 0.9).Draw(t, "tolerance")
	case record.JudgeRatio, record.JudgeFactor:
		c.Judge.Value = rapid.Float64Range(0.1, 10).Draw(t, "stated")
	default:
		c.Judge.Value = rapid.Float64Range(1, 1000).Draw(t, "stated")
	}
	l := newLab(c)
	l.add("a", "c8", c.Metric, drawTrials(t, "a", n)...)
	l.add("b", "c8", c.Metric, drawTrials(t, "b", n)...)
	l.add("a", "c16", c.Metric, drawTrials(t, "a16", n)...)
	return l, c
}

func eachKind(t *testing.T, law func(t *rapid.T, kind string)) {
	for _, j := range judges() {
		t.Run(j.kind, func(t *testing.T) { rapid.Check(t, func(t *rapid.T) { law(t, j.kind) }) })
	}
}

// In which order the trials came says nothing.
func TestOrderOfTrialsSaysNothing(t *testing.T) {
	eachKind(t, func(t *rapid.T, kind string) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		l, c := drawLab(t, kind, n)
		want := l.judge()
		seed := rapid.Uint64().Draw(t, "seed")
		places := rand.New(rand.NewPCG(seed, 1)).Perm(n)
		for i := range l.summary.Rows {
			was := l.summary.Rows[i].Values[c.Metric].Trials
			is := map[int]float64{}
			for trial, v := range was {
				is[places[trial-1]+1] = v
			}
			s := l.summary.Rows[i].Values[c.Metric]
			s.Trials = is
			l.summary.Rows[i].Values[c.Metric] = s
		}
		if got := l.judge(); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, was %+v", got, want)
		}
	})
}

// Nothing hangs on the unit that figure and statement share.
func TestScaleSaysNothing(t *testing.T) {
	eachKind(t, func(t *rapid.T, kind string) {
		l, c := drawLab(t, kind, rapid.IntRange(1, 9).Draw(t, "n"))
		want := l.judge()
		// A power of two: the arithmetic is exact.
		scale := math.Exp2(float64(rapid.IntRange(-5, 20).Draw(t, "scale")))
		if kind == record.JudgeValue || kind == record.JudgeAtLeast || kind == record.JudgeAtMost {
			c.Judge.Value *= scale
		}
		scaled := newLab(c)
		for _, r := range l.summary.Rows {
			var trials []float64
			for i := range len(r.Values[c.Metric].Trials) {
				trials = append(trials, scale*r.Values[c.Metric].Trials[i+1])
			}
			scaled.add(r.Subject, r.Load, c.Metric, trials...)
		}
		if got := scaled.judge(); got.Verdict != want.Verdict || len(got.Notes) != len(want.Notes) {
			t.Fatalf("%s of %s times the figures, was %s of %s", got.Verdict, got.Measured, want.Verdict, want.Measured)
		}
	})
}

// A tolerance that is wider, or a statement that asks for less, never turns REPRODUCED
// into anything else; and with enough trials an interval that lies within what is
// stated on one side only is remarked on.
func TestWiderIsNeverWorse(t *testing.T) {
	eachKind(t, func(t *rapid.T, kind string) {
		l, _ := drawLab(t, kind, rapid.IntRange(1, 9).Draw(t, "n"))
		before := l.judge()
		j := &l.run.Scenario.Claims[0].Judge
		wider := rapid.Float64Range(1, 3).Draw(t, "wider")
		switch kind {
		case record.JudgeAtMost:
			j.Value *= wider
		case record.JudgeAtLeast, record.JudgeFactor:
			j.Value /= wider
		default:
			j.Tolerance *= wider
		}
		if after := l.judge(); before.Verdict == Reproduced && after.Verdict != Reproduced {
			t.Fatalf("%s became %s: %s", before.Verdict, after.Verdict, after.Measured)
		}
	})
}

// The ratio of b to a is the inverse of that of a to b, and so is its interval.
func TestSwappedRowsInvertTheRatio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, _ := drawLab(t, record.JudgeRatio, 2*rapid.IntRange(0, 4).Draw(t, "n")+1)
		there := l.judge()
		p := &l.run.Scenario.Claims[0].Point
		p.Row, p.To = p.To, p.Row
		back := l.judge()
		if !near(*there.Value**back.Value, 1) {
			t.Fatalf("%v and %v", *there.Value, *back.Value)
		}
		if (there.Interval == nil) != (back.Interval == nil) {
			t.Fatal("one has an interval")
		}
		if there.Interval != nil && (!near(there.Interval.Lo*back.Interval.Hi, 1) || !near(there.Interval.Hi*back.Interval.Lo, 1)) {
			t.Fatalf("%v and %v", *there.Interval, *back.Interval)
		}
	})
}

// Above the ceiling a statement is impossible, unless it came out; at or below it never
// is, whatever was measured; and of anything but a rate there is no ceiling.
func TestCeilingRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{record.JudgeValue, record.JudgeAtLeast, record.JudgeAtMost}).Draw(t, "kind")
		l, c := drawLab(t, kind, 6)
		ceiling := rapid.Float64Range(1, 1000).Draw(t, "ceiling")
		without := l.judge()
		l.cell("b", "c8", 0.001) // another row's says nothing
		l.cell("a", "c8", ceiling)
		r := l.judge()
		above := kind != record.JudgeAtMost && c.Judge.Value > 1.02*ceiling
		if want := above && without.Verdict != Reproduced; (r.Verdict == Impossible) != want || (r.Ceiling != "") != want {
			t.Fatalf("stated %v, ceiling %v, measured %s: %s (%s)", c.Judge.Value, ceiling, r.Measured, r.Verdict, r.Ceiling)
		}
		if r.Verdict != Impossible && r.Verdict != without.Verdict {
			t.Fatalf("a ceiling turned %s into %s", without.Verdict, r.Verdict)
		}
	})
}

// With six trials a note says where the interval crosses the edge, and only there;
// with fewer that there is none.
func TestIntervalNotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{record.JudgeValue, record.JudgeAtLeast, record.JudgeAtMost}).Draw(t, "kind")
		n := rapid.IntRange(1, 9).Draw(t, "n")
		l, c := drawLab(t, kind, n)
		r := l.judge()
		notes := strings.Join(r.Notes, "; ")
		if few := n < 6; few != strings.Contains(notes, "no interval") || few != (r.Interval == nil) {
			t.Fatalf("%d trials: %q, %v", n, notes, r.Interval)
		}
		if r.Interval == nil {
			return
		}
		met := func(v float64) bool {
			one := newLab(c)
			one.add("a", "c8", c.Metric, v)
			return one.judge().Verdict == Reproduced
		}
		crosses := met(r.Interval.Lo) != (r.Verdict == Reproduced) || met(r.Interval.Hi) != (r.Verdict == Reproduced)
		if kind == record.JudgeValue && r.Verdict == NotReproduced { // it may reach across all of it
			crosses = r.Interval.Lo <= c.Judge.Value*1.15 && r.Interval.Hi >= c.Judge.Value*0.85
		}
		if crosses != strings.Contains(notes, "crosses the edge") {
			t.Fatalf("%s of %s, stated %v: %q", r.Verdict, r.Measured, c.Judge.Value, notes)
		}
	})
}

// A value of which only a lower bound is known is judged where that is enough, and
// else is NOT MEASURED.
func TestLowerBounds(t *testing.T) {
	const window = 2e9
	for _, c := range []struct {
		kind         string
		stated       float64
		long, always string // verdicts of "> 2 s", and of a backlog that grows
	}{
		{record.JudgeAtLeast, 2e9, Reproduced, Reproduced},
		{record.JudgeAtLeast, 5e9, NotMeasured, Reproduced},
		{record.JudgeAtMost, 2e9, NotReproduced, NotReproduced},
		{record.JudgeAtMost, 5e9, NotMeasured, NotReproduced},
		{record.JudgeValue, 1e9, NotReproduced, NotReproduced},
		{record.JudgeValue, 2e9, NotMeasured, NotReproduced},
		{record.JudgeValue, 9e9, NotMeasured, NotReproduced},
	} {
		for instead, want := range map[string]string{"> 2.0 s": c.long, "backlog +289/s": c.always} {
			claim := claimOf(c.kind)
			claim.Metric, claim.Judge.Value = metric.P99, c.stated
			l := newLab(claim)
			beyond := window
			if want == c.always && strings.HasPrefix(instead, "backlog") {
				beyond = 0
			}
			unboundedRow(l.add("a", "c8", metric.P99, six(1)...), metric.P99, instead, beyond)
			r := l.judge()
			if r.Verdict != want || r.Value != nil || !strings.Contains(r.Measured, instead) {
				t.Errorf("%s %v of %s: %s (%s)", c.kind, c.stated, instead, r.Verdict, r.Measured)
			}
		}
	}
}

// Rows that did unequal work are not compared, unless it is the work that is compared.
func TestUnequalWorkIsNotCompared(t *testing.T) {
	for _, kind := range []string{record.JudgeRatio, record.JudgeFactor, record.JudgeOrder} {
		for _, unequal := range []string{"", "made 1.00 calls per notification where the others made 2.00: no sms call"} {
			for _, m := range []string{metric.Achieved, metric.CallsPerRequest, "delivered"} {
				claim := claimOf(kind)
				claim.Metric = m
				l := settled(claim, true)
				for i := range l.summary.Rows {
					if l.summary.Rows[i].Subject == "b" {
						l.summary.Rows[i].Unequal = unequal
					}
				}
				refused := strings.HasPrefix(l.judge().Measured, "unequal work: b made 1.00 calls")
				if want := unequal != "" && m == metric.Achieved; refused != want {
					t.Errorf("%s of %s, %q: %+v", kind, m, unequal, l.judge())
				}
			}
		}
	}
}

func TestAbsencesSayTheirKind(t *testing.T) {
	for state, want := range map[metric.State]string{
		metric.Missing: NotInstalled, metric.AllInvalid: Invalid, metric.Failed: Failed,
		metric.NotMeasured: NotReached, metric.Overloaded: NoValue,
	} {
		for _, j := range judges() {
			l := settled(claimOf(j.kind), true)
			for i := range l.summary.Rows {
				l.summary.Rows[i].State, l.summary.Rows[i].Why = state, fmt.Sprint("why it is ", state)
			}
			if r := l.judge(); r.Absence != want || !strings.Contains(r.Measured, "why it is") || r.Differs() != (want != NotInstalled) {
				t.Errorf("%s, %s: %+v", j.kind, state, r)
			}
		}
	}
}
