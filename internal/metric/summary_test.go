package metric_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
)

func summarize(t testing.TB, src metric.Source) *metric.Summary {
	t.Helper()
	s, err := metric.Summarize(src)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func row(t *testing.T, s *metric.Summary, load, subject string) metric.Row {
	t.Helper()
	for _, r := range s.Of(load) {
		if r.Subject == subject {
			return r
		}
	}
	t.Fatalf("no row %s under %s", subject, load)
	return metric.Row{}
}

func TestSummaryOfTheFixture(t *testing.T) {
	s := summarize(t, metrictest.Fixture(6))
	state := func(load, subject string, want metric.State, valid int, bound string) {
		t.Helper()
		r := row(t, s, load, subject)
		if r.State != want || r.Valid != valid || r.Bound.Kind != bound {
			t.Errorf("%s under %s: %s, %d valid, bound by %q", subject, load, r.State, r.Valid, r.Bound.Kind)
		}
	}
	state("c100", "goroutine", metric.Measured, 6, "connections")
	state("r300", "goroutine", metric.Measured, 6, "rate")
	state("r300", "gin", metric.Measured, 5, "rate")
	state("r300", "goroutine ×2", metric.Measured, 5, "rate")
	state("r300", "pool workers=4", metric.Measured, 6, "workers")
	state("c100", "pool workers=4", metric.Measured, 6, "workers")
	state("c100", "goroutine ×2", metric.AllInvalid, 0, "connections")
	state("c100", "flask", metric.Missing, 0, "")
	state("c100", "crasher", metric.Failed, 0, "")
	cost := row(t, s, "r300", "fasthttp").Values[metric.CPUPerRequest]
	if v := cost.Median.V; v < 48e3 || v > 56e3 || cost.Interval == nil || !cost.Interval.Contains(v) {
		t.Errorf("fasthttp costs %v, planned 52 µs: %+v", v, cost)
	}
	pool := row(t, s, "r300", "pool workers=4")
	if v := pool.Values[metric.P99].Median.Instead; !strings.HasPrefix(v, "backlog +") {
		t.Errorf("the pool's p99 reads %q", v)
	}
	if c := pool.Curve; len(c.Points) > 0 || c.Why == "" {
		t.Errorf("a diverging queue has a curve: %+v", c)
	}
}

// What is written and read back is what was computed in memory; a record
// trimmed of its raw requests is shown by its saved summary.
func TestSummarySurvivesTheDisk(t *testing.T) {
	memory := metrictest.Fixture(2)
	want := summarize(t, memory)
	dir, err := memory.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	src, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := summarize(t, src)
	if !reflect.DeepEqual(want, got) {
		t.Errorf("from disk: %s", difference(want, got))
	}
	if err := got.Save(dir); err != nil {
		t.Fatal(err)
	}
	raw, err := filepath.Glob(filepath.Join(dir, "cells", "*", record.RequestsFile))
	if err != nil || len(raw) == 0 {
		t.Fatalf("no raw requests on disk: %v", err)
	}
	for _, path := range raw {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	trimmed := summarize(t, src)
	if !trimmed.Trimmed || row(t, trimmed, "r300", "gin").Values[metric.P50].Median.OK {
		t.Error("quantiles without requests")
	}
	if err := trimmed.Save(dir); err != nil {
		t.Fatal(err)
	}
	loaded, err := metric.Load(src)
	if err != nil || !loaded.Trimmed || !loaded.Saved {
		t.Fatalf("a saved summary does not bring the requests back: %v", err)
	}
	loaded.Trimmed = want.Trimmed
	if d := difference(want, loaded); d != "" {
		t.Errorf("saved: %s", d)
	}
}

// difference compares as JSON, where an absent map equals an empty one.
func difference(a, b *metric.Summary) string {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	if errX != nil || errY != nil {
		return "not JSON"
	}
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return string(x[max(0, i-80):min(len(x), i+80)]) + "\n" + string(y[max(0, i-80):min(len(y), i+80)])
		}
	}
	if len(x) != len(y) {
		return "one is longer"
	}
	return ""
}

func TestTimelineFollowsTheLoad(t *testing.T) {
	m := metrictest.Fixture(2)
	all, err := metric.Timeline(m, summarize(t, m), "spike")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 5 {
		t.Fatalf("%d series, want those of the five rows measured", len(all))
	}
	g := all[0]
	if g.Subject != "goroutine" || len(g.Seconds) != 24 || g.Seconds[23] != 6 {
		t.Fatalf("%s, %d steps", g.Subject, len(g.Seconds))
	}
	step := int(3 * time.Second / record.TickLength)
	if g.Offered[2] != 100 || g.Offered[step] != 300 || g.Achieved[step] != 300 || g.Achieved[2] != 100 {
		t.Errorf("offered %v, achieved %v", g.Offered, g.Achieved)
	}
	if cpu := g.CPU[step]; cpu < 0.030 || cpu > 0.037 {
		t.Errorf("300 req/s of 113 µs is 3.4%% of a core, not %v", cpu)
	}
	m.Tick = nil
	if all, err := metric.Timeline(m, summarize(t, m), "spike"); err != nil || len(all) != 0 {
		t.Errorf("series without ticks: %d, %v", len(all), err)
	}
}

// Trials that each have too few samples for a percentile have it together.
func TestPercentilesOfTrialsTogether(t *testing.T) {
	servers := metrictest.Servers()[:1]
	load := record.Load{Name: "r", Open: true, Rate: 80}
	m := metrictest.New(3, []record.Load{load}, servers)
	for trial := 1; trial <= 3; trial++ {
		m.Add(&servers[0], &load, trial)
	}
	s := summarize(t, m)
	if v := s.Cells[0].Values[metric.P99]; v.OK || !strings.Contains(v.Why, "needs 1,000 samples") {
		t.Fatalf("480 samples give a p99: %+v", v)
	}
	p99 := row(t, s, "r", "goroutine").Values[metric.P99]
	if !p99.Pooled || !p99.Median.OK || p99.Interval != nil || len(p99.Trials) > 0 {
		t.Errorf("p99 of 1,440 samples in three trials: %+v", p99)
	}
	if p50 := row(t, s, "r", "goroutine").Values[metric.P50]; p50.Pooled || p50.Median.V > p99.Median.V {
		t.Errorf("p50 of trials with 480 samples each: %+v", p50)
	}
}

// The last tick of a cell is short, or reaches beyond the window: its rates are
// left open rather than drawn as a fall.
func TestTimelineLeavesOutTheRemainder(t *testing.T) {
	m := metrictest.Fixture(1)
	for i, ticks := range m.Tick {
		end := m.Record.Cells[i].Generator.Window
		for j := range ticks {
			if ticks[j].At == end {
				m.Tick[i] = append(ticks[:j:j], record.Tick{At: end - 200*time.Millisecond, Scheduled: 1})
				break
			}
		}
	}
	all, err := metric.Timeline(m, summarize(t, m), "spike")
	if err != nil {
		t.Fatal(err)
	}
	last := len(all[0].Seconds) - 1
	if v := all[0].Offered[last]; !math.IsNaN(v) {
		t.Errorf("the last step offers %v", v)
	}
	if v := all[0].Offered[last-1]; v != 100 {
		t.Errorf("the step before it offers %v, want 100", v)
	}
}

func TestUnknownSubjectIsAnError(t *testing.T) {
	m := metrictest.Fixture(1)
	m.Record.Cells[0].Subject = "nobody"
	if _, err := metric.Summarize(m); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("%v", err)
	}
}

// BenchmarkSummarize reads a record of a million requests from disk.
func BenchmarkSummarize(b *testing.B) {
	servers := metrictest.Servers()[:2]
	load := record.Load{Name: "r", Kind: "rate", Spec: "10000/s", Open: true, Rate: 8333}
	m := metrictest.New(10, []record.Load{load}, servers)
	m.Record.Scenario.Warmup = 0
	total := 0
	for trial := 1; trial <= 10; trial++ {
		for i := range servers {
			servers[i].Latency = 2 * time.Millisecond
			c := m.AddRaw(&servers[i], &load, trial)
			total += len(m.Raw[c.Index])
		}
	}
	dir, err := m.Write(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	src, err := record.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		summarize(b, src)
	}
	b.ReportMetric(float64(total), "requests/op")
}
