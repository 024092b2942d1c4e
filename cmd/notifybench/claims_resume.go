package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/claimset"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// goOn continues the newest set that was not finished or, where all are, the newest that
// lacks what has been installed since; with the options that it was begun with.
func (f *claimFlags) goOn(c *cobra.Command) error {
	dir, s, err := claimset.Unfinished(f.sets)
	if err == nil && dir == "" {
		dir, s, err = claimset.Newest(f.sets)
	}
	switch {
	case err != nil:
		return usage(err)
	case dir == "":
		return f.nothingLeft()
	}
	f.adopt(s)
	work, err := f.work(s.Options.Names)
	if err != nil {
		return err
	}
	r := &claimRun{c: c, set: s, dir: dir, work: work}
	if s.Status == record.StatusComplete && !r.lacking() {
		return f.nothingLeft()
	}
	r.enter()
	s.Status, s.Finished = record.StatusRunning, time.Time{}
	fmt.Fprintf(c.ErrOrStderr(), "going on with %s\n", dir)
	return f.carryOut(r)
}

// adopt takes over the options of a set.
func (f *claimFlags) adopt(s *claimset.Set) {
	o := s.Options
	f.short, f.trials, f.seed, f.servers, f.runs = o.Short, o.Trials, o.Seed, o.Servers, o.Out
}

func (f *claimFlags) nothingLeft() error {
	return usage(fmt.Errorf("nothing to go on with: every table in %s is finished, and nothing is installed that the newest lacks", f.sets))
}

// enter writes down what is to be done. What an earlier life has carried out of it stays
// done while the scenario measures the same, its record is whole, and nothing has been
// installed that it lacks.
func (r *claimRun) enter() {
	before := r.set.Scenarios
	r.set.Scenarios = nil
	for _, w := range r.work {
		e := claimset.Entry{Scenario: w.sc.Name, File: w.sc.File, Hash: scenario.Hash(scenario.Measured(w.sc)),
			Status: record.StatusPending}
		for _, old := range before {
			if old.Scenario == e.Scenario && old.Hash == e.Hash && old.Status == record.StatusComplete && stands(old, w.plan) {
				e = old
			}
		}
		r.set.Scenarios = append(r.set.Scenarios, e)
	}
}

// stands says that the record of an entry is there, complete, and as much as can be
// measured.
func stands(e claimset.Entry, now *plan.Plan) bool {
	if e.Record == "" {
		return true
	}
	rd, err := record.Open(e.Record)
	return err == nil && rd.Run().Status == record.StatusComplete && rd.Run().Scenario.Hash == e.Hash &&
		!lacks(rd.Run(), now)
}

// lacking says that a scenario of the set lacks a row that is installed now.
func (r *claimRun) lacking() bool {
	for _, w := range r.work {
		for _, e := range r.set.Scenarios {
			if e.Scenario != w.sc.Name || e.Record == "" {
				continue
			}
			if rd, err := record.Open(e.Record); err == nil && lacks(rd.Run(), w.plan) {
				return true
			}
		}
	}
	return false
}

// lacks says that a row was not installed when a record was made, and is now.
func lacks(then *record.Run, now *plan.Plan) bool {
	if now == nil { // nothing is measured
		return false
	}
	for i := range now.Rows {
		row := &now.Rows[i]
		for _, s := range then.Subjects {
			if s.ID == row.ID && s.Missing != "" && row.Missing == "" {
				return true
			}
		}
	}
	return false
}
