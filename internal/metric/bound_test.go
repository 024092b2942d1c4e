package metric

import (
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// A load that rises meets the workers' ceiling only late: the row is bound by it
// all the same.
func TestRisingLoadIsBoundWhereItEnds(t *testing.T) {
	var requests []record.Request
	for i := range 10 { // 10 req/s at first, then 30
		requests = append(requests, at(time.Duration(i)*100*time.Millisecond, time.Millisecond, record.OutcomeOK))
	}
	for i := range 30 {
		requests = append(requests, at(time.Second+time.Duration(i)*time.Second/30, time.Millisecond, record.OutcomeOK))
	}
	f := cellOf(true, 2*time.Second, requests)
	f.cell.Ceilings = []record.Ceiling{{Kind: "workers", Rate: 30, Why: "3 workers / 100ms = 30.0 req/s"}}
	if _, why, ok := workersBound.find(f); ok {
		t.Errorf("a steady load of 20 req/s is at a ceiling of 30: %s", why)
	}
	f.load.Changing = true
	if _, why, ok := workersBound.find(f); !ok || why != "3 workers / 100ms = 30.0 req/s (met in the second half: 30.0)" {
		t.Errorf("%v %q", ok, why)
	}
}

// A dependency that is slow for a third of the window: 8 workers carry 15.7 req/s
// of the 40 offered then, and work off the rest afterwards. All is served in the
// end; what bound it were the workers, not the rate.
func TestWorkersBindWhereTheDependencyIsSlow(t *testing.T) {
	const sec, window = time.Second, 15 * time.Second
	ceilings := []record.Ceiling{
		{Kind: "rate", Rate: 40, Why: "offered 40.0 req/s"},
		{Kind: "workers", Rate: 94, Why: "whole", Phases: []record.CeilingPhase{
			{From: 0, To: 5 * sec, Rate: 133, Why: "8 workers / 60ms = 133 req/s"},
			{From: 5 * sec, To: 10 * sec, Rate: 15.7, Why: "8 workers / 510ms = 15.7 req/s"},
			{From: 10 * sec, To: window, Rate: 133, Why: "8 workers / 60ms = 133 req/s"}}},
	}
	answered := func(slow float64) *facts {
		free, end := 0.0, []time.Duration(nil)
		for i := range 600 {
			due := float64(i) / 40
			gap := 1.0 / 133
			if t := max(due, free); t >= 5 && t < 10 {
				gap = 1 / slow
			}
			free = max(due, free) + gap
			end = append(end, time.Duration(free*float64(sec)))
		}
		f := cellOf(true, window, nil)
		f.cell.Ceilings, f.load.Changing, f.load.Rate = ceilings, true, 40
		f.stretches = stretchesOf(f.cell)
		f.cell.Generator.Scheduled, f.cell.Generator.Sent = 600, 600
		for i, e := range end {
			due := time.Duration(i) * sec / 40
			f.add(&record.Request{Timestamp: time.Unix(100, 0).Add(due), Latency: e - due, Outcome: record.OutcomeOK})
		}
		f.finish()
		return f
	}
	b := findBound(answered(15.7))
	if b.Kind != "workers" || b.From != 5*sec || b.To != 10*sec || !b.ServedAll ||
		b.Why != "8 workers / 510ms = 15.7 req/s from 5s to 10s (achieved 15.6 in that time)" {
		t.Errorf("%+v", b)
	}
	if b := findBound(answered(7)); b.Kind == "workers" {
		t.Errorf("half of what the workers can do is no bound of theirs: %+v", b)
	}
}
