package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/claimset"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/solve"
	"github.com/notifybench/notifybench/internal/strict"
)

// solveTrials is how many trials a point has, unless --trials says otherwise: enough to
// see how far they lie apart.
const solveTrials = 3

// solver searches for the number of one claim.
type solver struct {
	f     *claimFlags
	c     *cobra.Command
	sc    *scenario.Scenario
	claim *scenario.Claim
	dir   string
	found claimset.Solution
}

// solveClaim searches for the setting under which the figure of a claim comes out. Every
// point is a record of its own.
func (f *claimFlags) solveClaim(c *cobra.Command) error {
	s := solver{f: f, c: c}
	if err := s.find(); err != nil {
		return usage(err)
	}
	if _, err := s.planAt(s.claim.Solve.To); err != nil {
		return err
	}
	name, err := record.MakeFolder(f.sets, "solve-"+s.claim.ID+"-"+time.Now().UTC().Format("20060102T150405Z"))
	if err != nil {
		return err
	}
	s.dir = filepath.Join(f.sets, name)
	s.found = claimset.Solution{Schema: claimset.Schema, Tool: version(), Scenario: s.sc.Name, Claim: s.claim.Claim}
	if err := s.search(); err != nil {
		return err
	}
	return s.show()
}

// find finds the claim, and what it says of a search.
func (s *solver) find() error {
	all, err := readClaims(nil)
	if err != nil {
		return err
	}
	for _, sc := range all {
		for i := range sc.Claims {
			if sc.Claims[i].ID == s.f.solve {
				s.sc, s.claim = sc, &sc.Claims[i]
			}
		}
	}
	if s.claim == nil {
		what, instead := strict.Unknown("claim", s.f.solve, claimIDs(all))
		return fmt.Errorf("%s: %s", what, instead)
	}
	if s.claim.Solve == nil {
		at := s.claim.Pos[""]
		return strict.Problems{{File: at.File, Line: at.Line, Column: at.Column, What: "claim " + s.claim.ID + " has no solve",
			Instead: "add solve: {set: threads, from: 1, to: 64}"}}
	}
	return s.f.retry(&scenario.Scenario{})
}

// planAt is the plan of a point.
func (s *solver) planAt(n int) (*plan.Plan, error) {
	sc, err := scenario.PointOf(s.sc, s.claim, n, cmp.Or(s.f.trials, solveTrials))
	if err != nil {
		return nil, err
	}
	p, err := s.f.planOf(sc)
	if err == nil && p.Rows[0].Missing != "" {
		err = codedError{exitInvalid, fmt.Errorf("not solved: %s is %s", s.claim.Solve.Row, p.Rows[0].Missing)}
	}
	return p, err
}

func (s *solver) search() error {
	o := s.claim.Solve
	machine := solve.New(s.claim.Judge.Value, o.From, o.To)
	most := solve.Most(o.From, o.To)
	for n, ok := machine.Next(); ok; n, ok = machine.Next() {
		p, err := s.planAt(n)
		if err != nil {
			return err
		}
		tried := s.describe(p, n)
		number := len(s.found.Points) + 1
		left := time.Duration(max(0, most-number+1)) * p.Duration()
		fmt.Fprintf(s.c.ErrOrStderr(), "solve %d/%d %s: %s  …  at most about %v left\n", number, max(most, number),
			s.claim.ID, tried.Words, round(left))
		seen, err := s.measure(p, &tried)
		if err != nil {
			return err
		}
		machine.Observe(seen)
		s.found.Add(tried, seen)
		s.found.Conclude(machine.Result())
		if err := s.found.Save(s.dir); err != nil {
			return err
		}
	}
	return nil
}

// describe says what a point is, and takes from its plan how long a request is held.
func (s *solver) describe(p *plan.Plan, n int) claimset.Tried {
	row := &p.Rows[0].Resolved
	t := claimset.Tried{N: n, InFlight: row.Blocking, Words: fmt.Sprintf("%d %s", n, s.claim.Solve.Set)}
	kind := "workers"
	if row.Processes > 1 {
		t.Words = fmt.Sprintf("%d × %s", row.Processes, t.Words)
	}
	if s.claim.Solve.Set == "" {
		kind = "connections"
		t.Words, t.InFlight = metric.Count(n, "connection"), n
	}
	for _, c := range p.Cells[0].Ceilings {
		if c.Kind == kind && c.Rate > 0 {
			s.found.Path = time.Duration(float64(t.InFlight) / c.Rate * 1e9).Round(100 * time.Microsecond)
		}
	}
	return t
}

// measure measures a point. One that cannot be measured is told of, not returned; the
// error is one that ends the search.
func (s *solver) measure(p *plan.Plan, t *claimset.Tried) (o solve.Observation, err error) {
	t.Record, err = measure(s.c, p, filepath.Join(s.dir, "runs"), progress(s.c.ErrOrStderr(), "  "))
	if stopped := s.c.Context().Err(); stopped != nil {
		return o, stopped
	}
	if t.Record == "" {
		return o, err
	}
	rd, err := record.Open(t.Record)
	if err != nil {
		return o, err
	}
	sum, err := metric.Load(rd)
	if err != nil {
		return o, err
	}
	row := &sum.Rows[0]
	t.Bound = row.Bound.Kind
	spread := row.Values[s.claim.Metric]
	switch {
	case row.State != metric.Measured:
		o.Invalid = row.Absence()
	case !spread.Median.OK:
		o.Invalid = spread.Median.Why
	default:
		trials := slices.Collect(maps.Values(spread.Trials))
		o = solve.Observation{Value: spread.Median.V, Lo: slices.Min(trials), Hi: slices.Max(trials), Trials: len(trials)}
	}
	return o, nil
}

func (s *solver) show() error {
	out := s.c.OutOrStdout()
	if s.f.asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", " ")
		if err := enc.Encode(s.found); err != nil {
			return err
		}
	} else if err := s.found.Text(out); err != nil {
		return err
	} else {
		fmt.Fprintf(out, "\ndata    %s\n", filepath.Join(s.dir, claimset.SolutionFile))
	}
	if s.found.Status == solve.Blocked {
		return codedError{exitInvalid, fmt.Errorf("%s: %s", s.claim.ID, strings.Join(s.found.Words, "; "))}
	}
	return nil
}
