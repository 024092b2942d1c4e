package metric

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/record"
)

// pathed is facts of requests whose provider path is known: email takes from 10 to 20 ms.
func pathed(t interface{ Fatal(...any) }, open bool, subject *record.Subject, requests []record.Request) *facts {
	l := &ledgered{requests: requests}
	l.run.Scenario.Channels = []string{contract.Email}
	l.run.Scenario.Providers = map[string]record.Provider{contract.Email: {Latency: "{uniform: [10ms, 20ms]}"}}
	cell := &record.Cell{Seed: 5, Zero: time.Unix(100, 0),
		Generator: record.Generator{Window: time.Second, Sent: uint64(len(requests))}}
	f, err := gather(l, cell, &record.Load{Open: open}, subject)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func plannedDelay(k uint64) time.Duration {
	d, err := latency.Parse("{uniform: [10ms, 20ms]}")
	if err != nil {
		panic(err)
	}
	return d.Quantile(latency.Draw(5, k, contract.Email, 1))
}

// What is added is exactly what the request took beyond the delay that was planned for
// it, sooner or later, from the intended send; what was not answered well has no part.
func TestAddedIsBeyondThePlannedPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		open := rapid.Bool().Draw(t, "open")
		var requests []record.Request
		var want []int64
		for k := range uint64(rapid.IntRange(0, 80).Draw(t, "n")) {
			beyond := time.Duration(rapid.Int64Range(-1e6, 1e6).Draw(t, "beyond"))
			q := at(time.Duration(k)*time.Millisecond, plannedDelay(k)+beyond, rapid.SampledFrom(record.Outcomes()).Draw(t, "outcome"))
			q.K = k
			if open {
				q.Lag = time.Duration(rapid.Int64Range(0, 1e5).Draw(t, "lag"))
			}
			if q.Outcome == record.OutcomeOK {
				want = append(want, int64(beyond+q.Lag))
			}
			requests = append(requests, q)
		}
		f := pathed(t, open, &record.Subject{}, requests)
		slices.Sort(want)
		if !slices.Equal(f.added, want) {
			t.Fatalf("%v, want %v", f.added, want)
		}
		for m, q := range map[*Metric]float64{&addedP50: 0.5, &addedP95: 0.95, &addedP99: 0.99} {
			if v := m.of(f); v != f.quantile(want, q) || v.Unbounded() {
				t.Fatalf("%s: %+v", m.ID, v)
			}
		}
	})
}

// Where nobody waits for the providers nothing can be said; where there are none, all
// the time is added. A fan-out that is not known counts as concurrent.
func TestAddedWhereThereIsNoPath(t *testing.T) {
	var requests []record.Request
	for k := range uint64(30) {
		q := at(time.Duration(k), 30*time.Millisecond, record.OutcomeOK)
		q.K = k
		requests = append(requests, q)
	}
	queued := &record.Subject{Settings: map[string]string{"mode": contract.ModeQueued}}
	if !queued.Queues() {
		t.Fatal("the row does not queue")
	}
	if v := addedP50.of(pathed(t, true, queued, requests)); v.OK || !strings.Contains(v.Why, "answers before") {
		t.Errorf("a row that queues: %+v", v)
	}
	if v := addedP50.of(cellOf(true, time.Second, requests)); v.OK || v.Why == "" {
		t.Errorf("a path that is not known: %+v", v)
	}
	l := &ledgered{requests: requests}
	l.run.Scenario.Method = "GET"
	f, err := gather(l, &record.Cell{Zero: time.Unix(100, 0), Generator: record.Generator{Window: time.Second, Sent: 30}},
		&record.Load{Open: true}, &record.Subject{})
	if err != nil {
		t.Fatal(err)
	}
	if v := addedP50.of(f); v != known(30e6) || v != p50.of(f) {
		t.Errorf("without providers: %+v", v)
	}
}

// A trial of slices pools the requests of its slices, and the row has its one trial.
func TestAddedOfSlices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []*measured
		var all []int64
		for slice := range rapid.IntRange(1, 4).Draw(t, "slices") {
			times := rapid.SliceOfN(rapid.Int64Range(-1e6, 1e9), 300, 350).Draw(t, "times")
			slices.Sort(times)
			c := &measured{window: time.Second, times: times, Cell: Cell{Trial: 1, Slice: slice + 1, Status: record.StatusOK,
				Verdict: Verdict{Level: OK}, Values: map[string]Value{PeakPSS: known(float64(times[0]))}}, few: map[string][]int64{}}
			for _, id := range []string{AddedP50, AddedP95, AddedP99} {
				c.few[id] = times
			}
			parts, all = append(parts, c), append(all, times...)
		}
		slices.Sort(all)
		row := filled(parts)
		for id, q := range map[string]float64{AddedP50: 0.5, AddedP95: 0.95, AddedP99: 0.99} {
			want := quantileOf(all, q, time.Second)
			if got, ok := row.Values[id].Trials[1]; ok != want.OK || got != want.V {
				t.Fatalf("%s is %v, want %+v", id, got, want)
			}
		}
		highest := math.Inf(-1)
		for _, c := range parts {
			highest = max(highest, c.Values[PeakPSS].V)
		}
		if s := row.Values[PeakPSS]; s.Trials[1] != highest || s.Slices != nil {
			t.Fatalf("the peak of the trial is %+v, the highest of its slices %v", s, highest)
		}
	})
}
