package run

import (
	"context"
	"errors"
	"time"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
)

// Referee judges the cell of an index of the record in dir, which has just been
// saved. It is given to the orchestrator, because what a cell says is worked out
// behind the record.
type Referee func(dir string, cell int) (capacity.Observation, error)

// errNoReferee is returned where a plan has searches and nobody to judge them.
var errNoReferee = errors.New("a capacity search needs a referee")

// describeSearch describes a search that has not been carried out.
func describeSearch(s *plan.Search) record.Search {
	out := record.Search{Subject: s.Row.ID, Load: s.Load.Name, Trial: s.Trial, Status: record.StatusPending}
	if s.Row.Missing != "" {
		out.Status, out.Error = record.StatusFailed, s.Row.Missing
	}
	return out
}

// searches carries out every search of the plan, one after the other.
func (r *runner) searches(ctx context.Context) error {
	for i := range r.plan.Searches {
		out := &r.run.Searches[i]
		if out.Status == record.StatusFailed {
			continue // its server could not be built or is not installed
		}
		if r.opts.Referee == nil {
			return errNoReferee
		}
		r.wanted++
		out.Status = record.StatusRunning
		err := r.search(ctx, &r.plan.Searches[i], out, i)
		switch {
		case err == nil:
			out.Status = record.StatusOK
		case ctx.Err() != nil:
			out.Status, out.Error = record.StatusInterrupted, "stopped before the end"
		default:
			out.Status, out.Error = record.StatusFailed, err.Error()
		}
		if err := errors.Join(ctx.Err(), r.writer.Save()); err != nil {
			return err
		}
		r.notify(Event{Kind: SearchEnded, Search: out, Left: r.searchLeft(i + 1)})
	}
	return nil
}

// search carries out one search. Its trials are ordinary cells, added to the record
// as it goes.
func (r *runner) search(ctx context.Context, s *plan.Search, out *record.Search, index int) error {
	machine := capacity.New(*s.Load.Search, r.plan.Prior(s))
	cost := r.plan.Scenario.Warmup + plan.CellOverhead
	began := time.Now()
	for {
		trial, ok := machine.Next(time.Since(began), cost)
		if !ok {
			note(out, machine.Result())
			return nil
		}
		obs, cell, err := r.try(ctx, s, len(out.Steps), trial)
		if err != nil {
			return err
		}
		machine.Observe(obs)
		out.Steps = append(out.Steps, record.SearchStep{Cell: cell, Rate: trial.Rate,
			Phase: string(trial.Phase), Verdict: string(obs.Verdict()), Why: obs.Reason()})
		note(out, machine.Result())
		if err := r.writer.Save(); err != nil {
			return err
		}
		left := max(0, s.Load.Search.Budget-time.Since(began)) + r.searchLeft(index+1)
		r.notify(Event{Kind: SearchStep, Search: out, Cell: &r.run.Cells[cell], Left: left})
	}
}

// note writes down what a search has found so far.
func note(out *record.Search, r capacity.Result) {
	out.Outcome, out.Words = string(r.Status), r.Words
	out.Holds, out.Fails = r.Holds, r.Fails
}

// try measures one trial and has it judged.
func (r *runner) try(ctx context.Context, s *plan.Search, n int, t capacity.Trial) (o capacity.Observation, index int, err error) {
	planned, err := r.plan.AddTrial(s, n, t)
	if err != nil {
		return o, 0, err
	}
	r.run.Cells = append(r.run.Cells, describeCell(*planned))
	cell := &r.run.Cells[planned.Index]
	if err := errors.Join(r.cell(ctx, cell), r.writer.Save()); err != nil {
		return o, 0, err
	}
	if cell.Status == record.StatusOK {
		r.measured++
	}
	o, err = r.opts.Referee(r.writer.Dir(), planned.Index)
	return o, planned.Index, err
}

// searchLeft is the longest that the searches from i on may take.
func (r *runner) searchLeft(i int) (sum time.Duration) {
	for ; i < len(r.plan.Searches); i++ {
		if r.run.Searches[i].Status == record.StatusPending {
			sum += r.plan.Searches[i].Load.Search.Budget
		}
	}
	return sum
}
