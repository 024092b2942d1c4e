package metric

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/record"
)

// slicesOf draws the cells of a row: trials × count, numbered from 1.
func slicesOf(t *rapid.T, trials, count int) []*measured {
	var cells []*measured
	for trial := 1; trial <= trials; trial++ {
		for slice := 1; slice <= count; slice++ {
			c := &measured{window: time.Second, Cell: Cell{Trial: trial, Slice: slice, Subject: "a", Load: "r",
				Status: record.StatusOK, Values: map[string]Value{}, Verdict: Verdict{Level: OK}}}
			cost := rapid.Float64Range(1e3, 1e6).Draw(t, "cost")
			c.Values[CPUPerRequest], c.Values[Achieved] = known(cost), known(1e9/cost)
			c.Values[CPU] = missing("not here")
			c.times = rapid.SliceOfN(rapid.Int64Range(1, 1e9), 30, 40).Draw(t, "times")
			slices.Sort(c.times)
			c.Values[P50] = quantileOf(c.times, 0.5, c.window)
			c.Values[P99] = quantileOf(c.times, 0.99, c.window)
			c.few = map[string][]int64{P50: c.times, P99: c.times}
			c.Bound = Bound{Kind: rapid.SampledFrom([]string{BoundRate, "workers"}).Draw(t, "bound")}
			cells = append(cells, c)
		}
	}
	return cells
}

func filled(cells []*measured) Row {
	r := Row{Subject: "a", State: Measured}
	r.fill(trialsOf(cells))
	return r
}

// A trial of one slice is what the trial in one go is.
func TestOneSliceIsTheTrial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "trials")
		one := slicesOf(t, n, 1)
		var whole []*measured
		for _, c := range one {
			w := *c
			w.Slice = 0
			whole = append(whole, &w)
		}
		if !slices.Equal(trialsOf(whole), whole) {
			t.Fatal("whole trials are not left as they are")
		}
		a, b := filled(one), filled(whole)
		for id := range b.Values {
			s := a.Values[id]
			s.Slices = nil
			if !reflect.DeepEqual(s, b.Values[id]) {
				t.Fatalf("%s: %+v in one slice, %+v in one go", id, s, b.Values[id])
			}
		}
		if a.Bound != b.Bound || !reflect.DeepEqual(a.Curve, b.Curve) {
			t.Fatalf("%+v and %+v", a.Bound, b.Bound)
		}
		other := slicesOf(t, n, 1)
		sliced, _ := Ratio(a.Values[CPUPerRequest], filled(other).Values[CPUPerRequest])
		for _, c := range other {
			c.Slice = 0
		}
		plain, _ := Ratio(b.Values[CPUPerRequest], filled(other).Values[CPUPerRequest])
		if math.Abs(sliced.Median/plain.Median-1) > 1e-9 || sliced.Pairs != plain.Pairs {
			t.Fatalf("%+v and %+v", sliced, plain)
		}
	})
}

// The value of a trial is the mean of its slices, a percentile that of their
// requests together; in which order they come does not matter.
func TestSlicesOfATrial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, count := rapid.IntRange(1, 4).Draw(t, "trials"), rapid.IntRange(1, 5).Draw(t, "slices")
		cells := slicesOf(t, n, count)
		row := filled(cells)
		if len(row.Values[CPUPerRequest].Trials) != n {
			t.Fatalf("%d trials of %d", len(row.Values[CPUPerRequest].Trials), n)
		}
		for trial, got := range row.Values[CPUPerRequest].Trials {
			sum := 0.0
			var times []int64
			for _, c := range cells {
				if c.Trial == trial {
					sum += c.Values[CPUPerRequest].V
					times = append(times, c.times...)
				}
			}
			if want := sum / float64(count); math.Abs(got-want) > 1e-9*want {
				t.Fatalf("trial %d costs %v, the mean of its slices is %v", trial, got, want)
			}
			slices.Sort(times)
			if want := quantileOf(times, 0.5, time.Second); row.Values[P50].Trials[trial] != want.V {
				t.Fatalf("trial %d: p50 %v, of its requests %v", trial, row.Values[P50].Trials[trial], want)
			}
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		rng.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
		if again := filled(cells); !reflect.DeepEqual(again, row) {
			t.Fatalf("%+v\nin another order\n%+v", row, again)
		}
	})
}

// A drift that both rows share is in no ratio of slices, however strong.
func TestRatioOfSlicesIsFreeOfSharedDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := slicesOf(t, 6, 4), slicesOf(t, 6, 4)
		factor := rapid.Float64Range(0.2, 5).Draw(t, "factor")
		for i := range a {
			b[i].Values[CPUPerRequest] = known(a[i].Values[CPUPerRequest].V * factor)
		}
		r, ok := Ratio(filled(b).Values[CPUPerRequest], filled(a).Values[CPUPerRequest])
		if !ok || r.Pairs != 6 || math.Abs(r.Median/factor-1) > 1e-9 || r.Interval.Hi/r.Interval.Lo > 1+1e-9 {
			t.Fatalf("%v times as dear: %+v", factor, r)
		}
	})
}

// A slice that knows no bound leaves its trial without one; one that is missing is
// left out of the mean.
func TestSlicesThatLackANumber(t *testing.T) {
	parts := func(values ...Value) []*measured {
		var list []*measured
		for i, v := range values {
			list = append(list, &measured{Cell: Cell{Slice: i + 1, Values: map[string]Value{"x": v}}})
		}
		return list
	}
	if v, terms := mean("x", parts(known(1), missing("gone"), known(3))); v != known(2) || len(terms) != 2 {
		t.Errorf("%+v of %v", v, terms)
	}
	if v, terms := mean("x", parts(known(1), unbounded(2, "> 2 s", ""), unbounded(1, "> 1 s", ""))); v.Instead != "> 2 s" || terms != nil {
		t.Errorf("%+v of %v", v, terms)
	}
	if v, terms := mean("x", parts(missing("gone"), missing("gone"))); v.OK || v.Why != "gone" || terms != nil {
		t.Errorf("%+v of %v", v, terms)
	}
}

// A server that dies loses the slices after it; that is said once a trial.
func TestALostSliceIsSaidOnce(t *testing.T) {
	run := &record.Run{}
	for slice := 1; slice <= 4; slice++ {
		c := record.Cell{Subject: "a", Load: "r", Trial: 2, Slice: slice, Status: record.StatusOK}
		if slice > 1 {
			c.Status, c.Error = record.StatusFailed, "the server ended"
		}
		run.Cells = append(run.Cells, c)
	}
	row := Row{Subject: "a", Load: "r", State: Measured}
	row.note(run, nil, nil)
	if len(row.Notes) != 1 || !strings.HasPrefix(row.Notes[0], "trial 2, slice 2 failed: the server ended") {
		t.Errorf("%q", row.Notes)
	}
}

// Pages of a program that two rows run are shared while both are up; a size in
// proportion says nothing of one alone.
func TestMemoryOfTwins(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	f.run.Subjects = []record.Subject{{ID: "a", Binary: "x"}, {ID: "b", Binary: "y"}, {ID: "c", Binary: "x"}}
	peak := uint64(5)
	f.cell.Server.PSSPeak = &peak
	for i, want := range map[int]string{0: "c was up", 1: "", 2: "a was up"} {
		f.subject = &f.run.Subjects[i]
		f.cell.Slice = 0
		if v := peakPSS.of(f); v != known(5) {
			t.Errorf("%s by itself: %+v", f.subject.ID, v)
		}
		f.cell.Slice = 1
		if v := peakPSS.of(f); !strings.HasPrefix(v.Why, want) || v.OK != (want == "") {
			t.Errorf("%s: %+v", f.subject.ID, v)
		}
	}
}

// Two builds of one program, equal to the last byte, are two files: nothing is shared.
func TestMemoryOfEqualBuilds(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	own := func(id, server string) record.Subject {
		return record.Subject{ID: id, Server: server, Binary: "x", Own: true}
	}
	f.run.Subjects = []record.Subject{own("base", "base"), own("candidate", "candidate"), own("candidate 2", "candidate")}
	peak := uint64(5)
	f.cell.Server.PSSPeak, f.cell.Slice = &peak, 1
	for i, want := range []string{"", "candidate 2 was up", "candidate was up"} {
		f.subject = &f.run.Subjects[i]
		if v := peakPSS.of(f); !strings.HasPrefix(v.Why, want) || v.OK != (want == "") {
			t.Errorf("%s: %+v", f.subject.ID, v)
		}
	}
}

func TestWaitingServersMustNotWork(t *testing.T) {
	f := cellOf(true, time.Second, nil)
	for used, want := range map[time.Duration]Level{time.Millisecond: OK, 20 * time.Millisecond: Flagged, 100 * time.Millisecond: Invalid} {
		f.cell.Machine.WaitingCPU = &used
		if got := levelOf(checkWaiting, f); got != want {
			t.Errorf("%v of a second: %s, want %s", used, got, want)
		}
	}
}
