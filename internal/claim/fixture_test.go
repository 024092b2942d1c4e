package claim

import (
	"fmt"
	"math"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// lab builds a record and its summary by hand: rows are a, b, c under loads c8, c16.
type lab struct {
	run     record.Run
	summary metric.Summary
}

func newLab(claims ...record.Claim) *lab {
	l := &lab{}
	l.run.Scenario.Claims = claims
	l.run.Scenario.Channels = []string{contract.Email, contract.SMS}
	l.run.Loads = []record.Load{{Name: "c8", Connections: 8}, {Name: "c16", Connections: 16}, {Name: "max", Open: true}}
	return l
}

// add measures a row: one value of a metric for each trial.
func (l *lab) add(subject, load, id string, trials ...float64) *metric.Row {
	s := metric.Spread{Trials: map[int]float64{}}
	for i, v := range trials {
		s.Trials[i+1] = v
	}
	m, ok := stats.Median(trials)
	s.Median = metric.Value{V: m, OK: ok, Why: "nothing was measured"}
	if i, enough := stats.MinMax(trials); enough {
		s.Interval = &i
	}
	l.summary.Rows = append(l.summary.Rows, metric.Row{Subject: subject, Load: load, State: metric.Measured,
		Trials: len(trials), Valid: len(trials), Values: map[string]metric.Spread{id: s},
		Bound: metric.Bound{Kind: "workers", Why: "4 workers / 350ms = 11.4 req/s"}})
	return &l.summary.Rows[len(l.summary.Rows)-1]
}

// cell adds what the record says of a row: its ceiling.
func (l *lab) cell(subject, load string, ceiling float64) {
	c := record.Cell{Index: len(l.run.Cells), Subject: subject, Load: load, Status: record.StatusOK,
		Ceilings: []record.Ceiling{{Kind: "connections", Rate: ceiling * 9, Why: "36 connections"},
			{Kind: "workers", Rate: ceiling, Why: fmt.Sprintf("4 workers / 350ms = %.1f req/s", ceiling)}}}
	l.run.Cells = append(l.run.Cells, c)
	l.summary.Cells = append(l.summary.Cells, metric.Cell{Index: c.Index, Verdict: metric.Verdict{Level: metric.OK}})
}

func (l *lab) judge() Result { return Judge(&l.run, &l.summary)[0] }

// six trials around a value.
func six(v float64) []float64 { return []float64{v, v * 1.01, v * 0.99, v * 1.02, v * 0.98, v} }

func unboundedRow(r *metric.Row, id, instead string, beyond float64) {
	r.Values[id] = metric.Spread{Median: metric.Value{Instead: instead, Why: "no answer", Beyond: beyond}}
}

// claimOf a kind, as good an example of it as any: with settle, it is REPRODUCED.
func claimOf(kind string) record.Claim {
	c := record.Claim{ID: "x", Stated: "something", Metric: metric.Achieved, Point: record.Point{Row: "a", Load: "c8"},
		Judge: record.Judge{Kind: kind, Value: 100}, Expect: Reproduced}
	switch kind {
	case record.JudgeValue:
		c.Judge.Tolerance = 0.15
	case record.JudgeRatio:
		c.To, c.Judge.Value, c.Judge.Tolerance = "b", 2, 0.1
	case record.JudgeFactor:
		c.To, c.Judge.Value = "b", 1.9
	case record.JudgeOrder:
		c.Judge = record.Judge{Kind: kind, Order: []string{"a", "b"}}
	case record.JudgeGrowth:
		c.Judge = record.Judge{Kind: kind, Over: []string{"c8", "c16"}, Tolerance: 0.1}
	case record.JudgeAtMost:
		c.Metric = metric.P50
	}
	return c
}

// settled is a record in which the claim comes out, or surely does not.
func settled(c record.Claim, comesOut bool) *lab {
	l := newLab(c)
	a, b, later := 101.0, 50.0, 202.0
	switch {
	case !comesOut && c.Judge.Kind == record.JudgeAtMost:
		a = 300
	case !comesOut:
		a, later = 40, 202
	case c.Judge.Kind == record.JudgeAtMost:
		a = 99
	}
	l.add("a", "c8", c.Metric, six(a)...)
	l.add("b", "c8", c.Metric, six(b)...)
	l.add("a", "c16", c.Metric, six(later)...)
	return l
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }
