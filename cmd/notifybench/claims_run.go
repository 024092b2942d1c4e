package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/claimset"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/report"
	"github.com/notifybench/notifybench/internal/run"
	"github.com/notifybench/notifybench/internal/scenario"
)

// claimRun carries out a set, scenario by scenario; the set is saved after each.
type claimRun struct {
	c    *cobra.Command
	set  *claimset.Set
	dir  string // of the set
	work []claimWork

	planned, spent time.Duration // of what has been carried out
}

// begin starts a new set.
func (f *claimFlags) begin(c *cobra.Command, work []claimWork, names []string) error {
	s := &claimset.Set{Schema: claimset.Schema, Tool: version(), Status: record.StatusRunning, Started: time.Now().UTC(),
		Options: claimset.Options{Names: names, Short: f.short, Trials: f.trials, Seed: f.seed, Servers: f.servers, Out: f.runs}}
	dir, err := claimset.Create(f.sets, s)
	if err != nil {
		return err
	}
	r := &claimRun{c: c, set: s, dir: dir, work: work}
	r.enter()
	return f.carryOut(r)
}

// carryOut runs what is left of a set, and shows what came of it.
func (f *claimFlags) carryOut(r *claimRun) error {
	if err := printWork(r.c.ErrOrStderr(), r.work); err != nil {
		return err
	}
	err := r.all()
	if err != nil {
		r.set.Status = record.StatusInterrupted
		if saved := r.save(); saved != nil {
			return errors.Join(err, saved)
		}
		fmt.Fprintf(r.c.ErrOrStderr(), "to go on: notifybench claims --resume%s\n", f.setsFlag())
		return err
	}
	r.set.Status, r.set.Finished = record.StatusComplete, time.Now().UTC()
	if err := writeSet(r.dir, r.set); err != nil {
		return err
	}
	return f.showSet(r.c, r.set, r.dir)
}

// setsFlag is what a command must add to find the sets where they are.
func (f *claimFlags) setsFlag() string {
	if f.sets == claimsDir {
		return ""
	}
	return " --claims-out " + f.sets
}

func (r *claimRun) save() error { return r.set.Save(r.dir) }

// all carries out and judges every scenario. The error is one that ends the set.
func (r *claimRun) all() error {
	for i := range r.work {
		e, w := &r.set.Scenarios[i], r.work[i]
		if err := r.c.Context().Err(); err != nil {
			return err
		}
		if e.Status != record.StatusComplete {
			if err := r.one(i, e, w); err != nil {
				return err
			}
		}
		results, machine, err := judgeEntry(r.dir, e, claimsOf(w.sc))
		if err != nil {
			return err
		}
		e.Machine = machine
		r.set.Put(e.Scenario, results)
		if err := r.save(); err != nil {
			return err
		}
	}
	return nil
}

// one measures a scenario. One that fails is written down; the others go on.
func (r *claimRun) one(i int, e *claimset.Entry, w claimWork) error {
	if w.plan == nil {
		e.Status = record.StatusComplete
		return nil
	}
	name := fmt.Sprintf("claims %d/%d %s", i+1, len(r.work), w.sc.Name)
	fmt.Fprintf(r.c.ErrOrStderr(), "%s: %s  …  about %v left\n", name, w.sc.Title, round(w.duration()+r.rest(i+1)))
	began := time.Now()
	dir, err := measure(r.c, w.plan, r.set.Options.Out, r.progress(name, i+1))
	r.planned, r.spent = r.planned+w.duration(), r.spent+time.Since(began)
	if stopped := r.c.Context().Err(); stopped != nil && err != nil {
		e.Status, e.Record = record.StatusInterrupted, dir
		return stopped
	}
	if dir == "" {
		return err
	}
	e.Status, e.Record, e.Note = record.StatusComplete, dir, ""
	if err != nil {
		e.Status, e.Note = record.StatusFailed, err.Error()
	}
	return writeReport(dir)
}

// writeReport writes what belongs beside a record, as a run does.
func writeReport(dir string) error {
	r, err := compute(dir)
	if err != nil {
		return err
	}
	_, err = r.Write(dir, report.Options{})
	return err
}

// progress shows a run as one of several: what is left is of all of them.
func (r *claimRun) progress(name string, next int) func(run.Event) {
	show := progress(r.c.ErrOrStderr(), name+"  ")
	return func(e run.Event) {
		e.Left += r.rest(next)
		show(e)
	}
}

// rest is about how long the scenarios from i on will take, at the pace so far.
func (r *claimRun) rest(i int) (sum time.Duration) {
	for ; i < len(r.work); i++ {
		if r.set.Scenarios[i].Status != record.StatusComplete {
			sum += r.work[i].duration()
		}
	}
	return pace(sum, r.planned, r.spent)
}

// pace corrects what is planned by how long what was planned so far has taken.
func pace(planned, before, took time.Duration) time.Duration {
	if before <= 0 || took <= before {
		return planned
	}
	return time.Duration(float64(planned) * float64(took) / float64(before))
}

func claimsOf(sc *scenario.Scenario) (claims []record.Claim) {
	for _, c := range sc.Claims {
		claims = append(claims, c.Claim)
	}
	return claims
}

// folderOf is where the record of an entry is: as it was written down or, where a set
// has been moved with its records, beside the set.
func folderOf(set string, e *claimset.Entry) string {
	if beside := filepath.Join(set, filepath.Base(e.Record)); !isFile(e.Record) && isFile(beside) {
		return beside
	}
	return e.Record
}
