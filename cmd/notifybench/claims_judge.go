package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/claimset"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// judgeEntry judges claims by the record of an entry; nil claims are those of the record.
func judgeEntry(set string, e *claimset.Entry, claims []record.Claim) ([]claimset.Result, *record.Environment, error) {
	if e.Record == "" {
		return claimset.Unmeasured(e.Scenario, claims), nil, nil
	}
	return judgeRecord(folderOf(set, e), func(*record.Run) []record.Claim { return claims })
}

// judgeRecord judges by a record the claims that are chosen for it; nil: its own.
func judgeRecord(dir string, choose func(*record.Run) []record.Claim) ([]claimset.Result, *record.Environment, error) {
	rd, err := record.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	s, err := metric.Load(rd)
	if err != nil {
		return nil, nil, fmt.Errorf("summarize %s: %w", dir, err)
	}
	run := rd.Run()
	if claims := choose(run); claims != nil {
		run.Scenario.Claims = claims
	}
	return claimset.Judge(run, s), &run.Environment, nil
}

// judgeAgain judges what is on disk: tables of claims and records. Claims are read as the
// scenarios have them today, where these still measure what was recorded.
func (f *claimFlags) judgeAgain(c *cobra.Command) error {
	var failed []error
	for _, dir := range f.from {
		s, err := f.reread(c, dir)
		if err != nil {
			return usage(err)
		}
		where := ""
		if isFile(dir, claimset.File) {
			where = dir
			if err := writeSet(dir, s); err != nil {
				return err
			}
		}
		failed = append(failed, f.showSet(c, s, where))
	}
	return errors.Join(failed...)
}

// reread is the set in dir with every verdict worked out anew, or that of a single record.
func (f *claimFlags) reread(c *cobra.Command, dir string) (*claimset.Set, error) {
	if !isFile(dir, claimset.File) {
		return f.setOf(c, dir)
	}
	s, err := claimset.Open(dir)
	if err != nil {
		return nil, err
	}
	f.adopt(s)
	today := f.today(c, s.Options.Names)
	for i := range s.Scenarios {
		e := &s.Scenarios[i]
		if !e.Over() {
			continue
		}
		claims := today[e.Hash]
		if claims == nil && e.Record == "" {
			continue // nothing is recorded: the words it had stay
		}
		results, machine, err := judgeEntry(dir, e, claims)
		if err != nil {
			return nil, err
		}
		e.Machine = machine
		s.Put(e.Scenario, results)
	}
	return s, nil
}

// setOf makes a set of one record.
func (f *claimFlags) setOf(c *cobra.Command, dir string) (*claimset.Set, error) {
	today := f.today(c, nil)
	var e claimset.Entry
	results, machine, err := judgeRecord(dir, func(r *record.Run) []record.Claim {
		e = claimset.Entry{Scenario: r.Scenario.Name, Hash: r.Scenario.Hash, Status: r.Status, Record: dir}
		return today[r.Scenario.Hash]
	})
	if err != nil {
		return nil, err
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("%s: scenario %s has no claims", dir, e.Scenario)
	}
	e.Machine = machine
	return &claimset.Set{Schema: claimset.Schema, Tool: version(), Status: record.StatusComplete, Started: time.Now().UTC(),
		Scenarios: []claimset.Entry{e}, Results: results}, nil
}

// today is the claims as the scenarios have them now, by what these measure.
func (f *claimFlags) today(c *cobra.Command, names []string) map[string][]record.Claim {
	list, err := f.scenarios(names)
	if err != nil {
		fmt.Fprintf(c.ErrOrStderr(), "warning: judged by the claims of the records: %v\n", err)
	}
	claims := map[string][]record.Claim{}
	for _, sc := range list {
		claims[scenario.Hash(scenario.Measured(sc))] = claimsOf(sc)
	}
	return claims
}
