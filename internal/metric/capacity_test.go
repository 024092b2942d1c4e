package metric_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

func searched(t *testing.T, trials int) (*metrictest.Memory, *metric.Summary) {
	t.Helper()
	m, err := metrictest.Searched(trials)
	if err != nil {
		t.Fatal(err)
	}
	s, err := metric.Summarize(m)
	if err != nil {
		t.Fatal(err)
	}
	return m, s
}

// From raw requests to the bracket: the simulated servers' W / S is found.
func TestCapacityOfSimulatedServers(t *testing.T) {
	_, s := searched(t, 1)
	for i, server := range metrictest.Searchers() {
		row := s.Rows[i]
		truth := float64(server.Workers) / server.Latency.Seconds()
		if server.Workers == 1 {
			if row.State != metric.Overloaded || !strings.HasPrefix(row.Why, "fails at 10.03/s, the lowest rate: ") {
				t.Errorf("%s: %s: %s", row.Subject, row.State, row.Why)
			}
			continue
		}
		if row.State != metric.Measured || row.Capacity == nil || math.Abs(row.Capacity.Holds/truth-1) > 0.05 {
			t.Errorf("%s: %+v %s, W/S is %.1f", row.Subject, row.Capacity, row.Why, truth)
			continue
		}
		if row.Bound.Kind != "workers" || row.Trials != 1 {
			t.Errorf("%s: %+v of %d", row.Subject, row.Bound, row.Trials)
		}
	}
	ranking, _ := s.Ranking("max")
	for _, p := range ranking.Places {
		if p.Rank != 0 {
			t.Errorf("one search, and %+v", p)
		}
	}
}

func TestSixSearchesAreRanked(t *testing.T) {
	_, s := searched(t, 6)
	ranking, _ := s.Ranking("max")
	var names []string
	for _, p := range ranking.Places {
		names = append(names, p.Subject)
	}
	if got := strings.Join(names, " "); got != "fasthttp gin goroutine pool workers=1" {
		t.Error(got)
	}
	if p := ranking.Places[0]; p.Rank != 1 || !strings.Contains(p.Reason, "holds ") || !strings.Contains(p.Reason, "bound by workers") {
		t.Errorf("%+v", p)
	}
	if v := s.Rows[0].Values[metric.Capacity]; v.Interval == nil || len(v.Trials) != 6 {
		t.Errorf("%+v", v)
	}
}

// The trials of a search belong to no other row, and only the knee to its own.
func TestTrialsOfASearchStayOutOfOtherRows(t *testing.T) {
	m, err := metrictest.Searched(1)
	if err != nil {
		t.Fatal(err)
	}
	other := record.Load{Name: "r20", Kind: "rate", Spec: "20/s", Open: true, Rate: 20}
	m.Record.Loads = append(m.Record.Loads, other)
	server := metrictest.Searchers()[0]
	m.Add(&server, &other, 1)
	s, err := metric.Summarize(m)
	if err != nil {
		t.Fatal(err)
	}
	row := s.Of("r20")[0]
	if row.Trials != 1 || row.Curve.Samples != 100 {
		t.Errorf("%d trials, %d samples", row.Trials, row.Curve.Samples)
	}
	knee := s.Of("max")[0]
	if want := int(math.Round(knee.Capacity.Holds * 5)); math.Abs(float64(knee.Curve.Samples-want)) > 2 {
		t.Errorf("%d samples, the knee had %d", knee.Curve.Samples, want)
	}
}

func TestObserve(t *testing.T) {
	server := metrictest.Searchers()[0]
	load := record.Load{Name: "max", Kind: record.CapacityKind, Open: true, Rate: 50}
	observe := func(change func(*record.Cell)) capacity.Observation {
		t.Helper()
		m := metrictest.New(1, []record.Load{load}, []metrictest.Server{server})
		m.Record.Scenario.Duration, m.Record.Scenario.SLO.P99 = 5*time.Second, 600*time.Millisecond
		change(m.Add(&server, &load, 1))
		o, err := metric.Observe(m, 0)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	if o := observe(func(*record.Cell) {}); o.Verdict() != capacity.Holds || o.Scheduled != 250 || o.Latency == 0 || o.CPU == 0 {
		t.Errorf("%+v", o)
	}
	busy := 0.95
	o := observe(func(c *record.Cell) { c.Machine.LoadBusy = &busy })
	if o.Verdict() != capacity.Invalid || !o.Generator || !strings.Contains(o.Invalid, "95% busy") {
		t.Errorf("a busy generator: %+v", o)
	}
	o = observe(func(c *record.Cell) { c.Generator.CallsKnown, c.Generator.Calls = true, 1 })
	if o.Verdict() != capacity.Invalid || o.Generator {
		t.Errorf("lost calls: %+v", o)
	}
	o = observe(func(c *record.Cell) {
		c.Status, c.Died, c.Error = record.StatusFailed, true, "the server ended during the attack"
	})
	if o.Verdict() != capacity.Fails || o.Why != "the server ended during the attack" {
		t.Errorf("a server that died: %+v", o)
	}
	o = observe(func(c *record.Cell) { c.Status, c.Error = record.StatusFailed, "2 processes were left behind" })
	if o.Verdict() != capacity.Invalid {
		t.Errorf("a failure that is not the server's: %+v", o)
	}
	o = observe(func(c *record.Cell) {
		*c = record.Cell{Status: record.StatusFailed, Error: "the generator did not start"}
	})
	if o.Verdict() != capacity.Invalid {
		t.Errorf("a trial that did not begin: %+v", o)
	}
	o = observe(func(c *record.Cell) { // what was not sent is bad, and no reason not to believe it
		idle := 0.2
		g := &c.Generator
		c.Machine.LoadBusy, g.InFlightPeak = &idle, 4000
		g.Scheduled, g.Unsent = g.Scheduled+100, 100
	})
	if o.Verdict() != capacity.Fails || o.Bad < 100 || !strings.Contains(o.Why, "unsent") {
		t.Errorf("unsent: %+v", o)
	}
}
