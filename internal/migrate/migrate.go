// Package migrate answers the question that a measured run leaves open: how many
// instances, how much CPU and memory each row would need to serve a given rate, and
// what a million notifications would cost.
//
// An instance is the process tree as it was measured, on as many cores as it was
// measured on, of which a process that runs one thing at a time (Python, GOMAXPROCS=1)
// uses one. It carries what its workers can hold and its cores can do, each busy up to
// the share that the plan allows. Three laws, all from measured cells:
//
//   - the CPU of a notification over the rate of an instance: a power of the rate between
//     two loads. A server that is hardly busy is woken for every event, and so its requests cost more;
//   - the memory of an instance over what it has in flight: straight lines through the
//     idle process and the peak of each load. Instances are counted whole, as they run on
//     machines of their own; of processes that share a machine, what they map of files once;
//   - what is in flight: rate × the mean time in the providers (Little).
//
// Intervals are bounds: a figure is computed again from the lowest and from the highest
// trial of everything it is made of. Where a law leaves the measured rates, the
// interval also holds the nearest measured cost.
//
// Everything here is a pure function of a record and its summary. Units are base
// units: seconds, bytes, notifications per second.
package migrate

import (
	"slices"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Table is the answer.
type Table struct {
	Plan    record.Migrate `json:"plan"`
	Rates   []Rate         `json:"rates"`
	Checks  []Check        `json:"checks,omitempty"`
	Answers []Answer       `json:"answers,omitempty"`
	Notes   []string       `json:"notes,omitempty"`
	Curves  []Curve        `json:"-"` // for the chart; hundreds of points that follow from the rest
}

// Rate is what every row takes to serve one rate, in the order of the run.
type Rate struct {
	Rate  float64 `json:"rate"` // notifications per second
	Needs []Need  `json:"needs"`
}

// Of computes the table of a run; nil where its scenario does not ask for one.
func Of(run *record.Run, s *metric.Summary) *Table {
	plan := run.Scenario.Migrate
	if plan == nil {
		return nil
	}
	t := &Table{Plan: *plan}
	for _, p := range plan.Predict {
		t.Checks = append(t.Checks, check(run, s, p))
	}
	models, absent := map[string]*model{}, map[string]string{}
	for i := range run.Subjects {
		subject := &run.Subjects[i]
		m, why := modelOf(run, s, subject, plan.Loads)
		if m == nil {
			absent[subject.ID] = why
			continue
		}
		models[subject.ID] = m
		t.Notes = append(t.Notes, m.notes...)
	}
	for _, rate := range plan.Rates {
		t.Rates = append(t.Rates, t.rate(run, rate, models, absent))
	}
	t.Answers = answers(run, plan, models)
	t.Curves = curves(run, plan, models)
	return t
}

func (t *Table) rate(run *record.Run, rate float64, models map[string]*model, absent map[string]string) Rate {
	out := Rate{Rate: rate}
	for i := range run.Subjects {
		id := run.Subjects[i].ID
		need := Need{Row: id, Why: absent[id]}
		if m := models[id]; m != nil {
			need = m.need(rate, &t.Plan)
		}
		need.Doubted = slices.Contains(t.Doubted(), id)
		out.Needs = append(out.Needs, need)
	}
	return out
}

// Doubted lists the rows from whose figures a prediction failed.
func (t *Table) Doubted() []string {
	var rows []string
	for i := range t.Checks {
		if c := &t.Checks[i]; c.Failed() && !slices.Contains(rows, c.From) {
			rows = append(rows, c.From)
		}
	}
	return rows
}
