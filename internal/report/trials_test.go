package report

import (
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// With fewer than six trials nothing is told apart: no brackets, no rank, and
// every ratio to another row is marked.
func TestFewTrialsClaimNothing(t *testing.T) {
	for trials, claimed := range map[int]bool{3: false, 6: true} {
		r := reportOf(t, metrictest.Fixture(trials))
		page := render(t, r, "markdown", Options{})
		if got := strings.Contains(page, "<br>("); got != claimed {
			t.Errorf("%d trials: intervals are claimed: %v", trials, got)
		}
		text := render(t, r, "text", Options{})
		if got := strings.Contains(text, "fewer than 6 trials: no order claimed"); got == claimed {
			t.Errorf("%d trials: the ranking says so: %v", trials, got)
		}
		rows := r.Summary.Of("c100")
		for i, want := range map[int]bool{0: !claimed, 2: false} { // goroutine, and fasthttp, the cheapest
			if got := strings.HasPrefix(cpuRatio(&rows[i]), "~"); got != want {
				t.Errorf("%d trials: %s costs %s", trials, rows[i].Subject, cpuRatio(&rows[i]))
			}
		}
	}
}

// Rows that cannot be told apart share a rank, and the table marks their ratio.
func TestRowsThatAreAlikeAreMarked(t *testing.T) {
	r := reportOf(t, metrictest.Fixture(6))
	ranking, _ := r.Summary.Ranking("c100")
	var ranks []string
	for i := range ranking.Places {
		ranks = append(ranks, rankWords(&ranking.Places[i]))
	}
	if got := strings.Join(ranks, " "); got != "1 2~ 2~ 4 – – –" {
		t.Errorf("ranks %s", got)
	}
	base := stats.Ratio{Median: 1.02, Pairs: 6, Interval: &stats.Interval{Lo: 0.97, Hi: 1.05}}
	alike := metric.Row{Subject: "a", CPUBase: "b", CPURatio: &base}
	if got := cpuRatio(&alike); got != "~1.02" {
		t.Errorf("%q", got)
	}
	base.Interval = &stats.Interval{Lo: 1.01, Hi: 1.05}
	if got := cpuRatio(&alike); got != "1.02" {
		t.Errorf("%q", got)
	}
}

// A trial of slices is one trial, however many slices it has.
func TestSlicesAreReported(t *testing.T) {
	servers, loads := metrictest.Servers()[:3], metrictest.Loads()[1:2]
	m := metrictest.New(6, loads, servers)
	m.Record.Scenario.Slices = &record.Slices{Count: 2, Warmup: 200 * time.Millisecond}
	for trial := 1; trial <= 6; trial++ {
		for i := range 2 * len(servers) {
			m.Add(&servers[i%len(servers)], &loads[0], trial).Slice = i/len(servers) + 1
		}
	}
	r := reportOf(t, m)
	text := render(t, r, "text", Options{})
	for _, want := range []string{"6 trials of 2 slices of", "200ms before each further slice", "medians of 6 valid trials", "6 pairs"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	lines := strings.Split(strings.TrimSpace(render(t, r, "csv", Options{})), "\n")
	if len(lines) != 37 || !strings.Contains(lines[36], ",6,2,ok,") {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}
