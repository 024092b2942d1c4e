package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/gateset"
	"github.com/notifybench/notifybench/internal/policy"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// gating is a gate under way. Its set is saved after every block.
type gating struct {
	f        *gateFlags
	c        *cobra.Command
	policy   *policy.File
	sides    *gateSides
	set      *gateset.Set
	dir      string // of the set
	self     string // path of this program
	guardian *proc.Guardian
}

func (f *gateFlags) run(c *cobra.Command, rows []string) (err error) {
	if err := f.check(); err != nil {
		return usage(err)
	}
	if f.baseRun != "" {
		return f.reportAgainst(c, rows)
	}
	g := &gating{f: f, c: c}
	if g.policy, err = f.readPolicy(rows); err != nil {
		return usage(err)
	}
	if g.sides, err = f.openSides(c); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.sides.close()) }()
	if g.self, err = os.Executable(); err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if g.guardian, err = proc.StartGuardian(g.self); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.guardian.Close()) }()
	if err := g.begin(); err != nil {
		return err
	}
	ended := g.all()
	if err := g.finish(ended); err != nil { // a regression that was found goes before what came after it
		return err
	}
	return ended
}

// begin makes the folder of the gate, and removes the binaries of gates that were killed:
// none is under way but ours.
func (g *gating) begin() (err error) {
	p := g.policy
	killed, err := filepath.Glob(filepath.Join(g.f.out, "*", binariesDir))
	for _, dir := range killed {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	if err != nil {
		return fmt.Errorf("remove the binaries of an earlier gate: %w", err)
	}
	g.set = &gateset.Set{Schema: gateset.Schema, Tool: version(), Status: record.StatusRunning, Started: time.Now().UTC(),
		Base: g.sides.base.side, Candidate: g.sides.candidate.side,
		Scenario: p.Scenario.Name, Hash: scenario.Hash(scenario.Measured(p.Scenario)),
		PolicyFile: p.Path, Policy: p.Gate, Budget: p.Budget, Seed: g.f.seed}
	g.dir, err = gateset.Create(g.f.out, g.set)
	return err
}

// all gates one server after the other.
func (g *gating) all() error {
	for _, row := range g.policy.Scenario.Servers {
		if !slices.Contains(g.policy.Rows, row.Label) {
			continue
		}
		g.set.Servers = append(g.set.Servers, gateset.Server{Row: row.Label, Server: row.Name})
		s := &g.set.Servers[len(g.set.Servers)-1]
		began := time.Now()
		err := g.one(scenario.Only(g.policy.Scenario, []string{row.Label}, g.loads()), s)
		s.Took = time.Since(began)
		if err := errors.Join(err, g.set.Save(g.dir)); err != nil {
			return err
		}
	}
	return nil
}

// loads are those that a rule needs.
func (g *gating) loads() (names []string) {
	for _, l := range g.policy.Scenario.Loads {
		if slices.ContainsFunc(g.policy.Gate.Rules, func(r gate.Rule) bool { return r.Load == l.Name }) {
			names = append(names, l.Name)
		}
	}
	return names
}

// one gates one server.
func (g *gating) one(sc *scenario.Scenario, s *gateset.Server) error {
	defer func() { _ = os.RemoveAll(filepath.Join(g.dir, binariesDir)) }()
	d, err := g.duel(sc, s)
	if err != nil || s.Missing != "" {
		return err
	}
	if g.policy.Busy > 0 {
		g.say("%s: finding the rate", s.Row)
		found, err := d.findRate(g.c.Context(), g.policy.Busy, g.f.seed)
		if err != nil {
			return err
		}
		if d.sc, err = atRate(d.sc, d.open, found.rate); err != nil {
			return err
		}
		s.Rate, s.RateWhy = found.rate, found.why
		g.say("%s: %.0f req/s: %s", s.Row, s.Rate, s.RateWhy)
	}
	return g.blocks(d, s)
}

// blocks measures blocks until the machine of package gate has seen enough, or the time
// is over.
func (g *gating) blocks(d *duel, s *gateset.Server) error {
	machine, until := gate.New(g.policy.Gate), time.Now().Add(g.policy.Budget)
	defer func() { s.Result = machine.Result() }()
	confirming := false
	for n := 1; ; n++ {
		ask, more := machine.Next()
		if !more {
			return nil
		}
		if g.policy.Budget > 0 && time.Now().After(until) {
			machine.End(fmt.Sprintf("the budget of %v is used up", g.policy.Budget))
			return nil
		}
		if ask.Confirm && !confirming {
			confirming = true
			g.say("%s: something looks worse: %d fresh blocks will tell, of other builds", s.Row, ask.Blocks)
			began := time.Now()
			if err := d.builds.buildFresh(g.c.Context()); err != nil {
				machine.End("stopped: " + err.Error())
				return usage(err)
			}
			until = until.Add(time.Since(began)) // builds are no part of the budget
		}
		b, err := d.block(g.c.Context(), n, ask.Confirm, blockSeed(g.f.seed, s.Row, n))
		if err != nil {
			machine.End("stopped: " + err.Error())
			return err
		}
		s.Blocks = append(s.Blocks, b)
		machine.Observe(b.Block)
		g.set.Machine = d.environment
		s.Result = machine.Result()
		if err := g.set.Save(g.dir); err != nil {
			return err
		}
		g.say("%s", blockLine(s, &b, machine))
	}
}

// blockLine is what is known of a block as soon as it has ended. What it says of the
// metrics is not shown: whoever sees it would be tempted to stop.
func blockLine(s *gateset.Server, b *gateset.Block, m *gate.Gate) string {
	line := fmt.Sprintf("%s: block %d", s.Row, b.N)
	if b.Confirm {
		line += " (fresh)"
	}
	if b.Invalid != "" {
		line += "  invalid, to be measured again: " + b.Invalid
	}
	if ask, more := m.Next(); more {
		what := "to the next look"
		if ask.Confirm {
			what = "to confirm what looks worse"
		}
		line += fmt.Sprintf("  (%d more %s, about %v)", ask.Blocks, what, round(time.Duration(ask.Blocks)*meanTook(s)))
	}
	return line
}

func meanTook(s *gateset.Server) (mean time.Duration) {
	for _, b := range s.Blocks {
		mean += b.Took / time.Duration(len(s.Blocks))
	}
	return mean
}

func (g *gating) say(format string, args ...any) {
	fmt.Fprintf(g.c.ErrOrStderr(), format+"\n", args...)
}

// finish puts the verdicts together and publishes them.
func (g *gating) finish(ended error) error {
	s := g.set
	s.Finished, s.Status = time.Now().UTC(), record.StatusComplete
	if ended != nil {
		s.Status, s.Note = record.StatusFailed, ended.Error()
		if errors.Is(ended, context.Canceled) {
			s.Status, s.Note = record.StatusInterrupted, "stopped before the end"
		}
	}
	s.Conclude()
	if ended != nil && s.Verdict != gate.Regressed {
		s.Verdict, s.Why = gate.Invalid, s.Note
	}
	var code error
	if ended == nil || s.Verdict == gate.Regressed && !errors.Is(ended, context.Canceled) {
		code = gateCode(s.Verdict, s.Why, g.warns())
	}
	return errors.Join(code, g.publish()) // the code of the first: a full disk does not hide a regression
}

// publish writes every output and prints one.
func (g *gating) publish() error {
	if err := g.set.Save(g.dir); err != nil {
		return err
	}
	files, err := g.set.WriteAll(g.dir)
	if err := errors.Join(err, g.set.Render(g.c.OutOrStdout(), g.f.format, gateOptions(g.c))); err != nil {
		return err
	}
	g.say("\nreport  %s (%s)", g.dir, strings.Join(baseNames(files), ", "))
	return nil
}

func (g *gating) warns() bool {
	if g.f.onInconclusive != "" {
		return g.f.onInconclusive == inconclusiveWarns
	}
	return g.policy.Warn
}

func baseNames(paths []string) (names []string) {
	for _, p := range paths {
		names = append(names, filepath.Base(p))
	}
	return names
}

func gateOptions(c *cobra.Command) gateset.Options {
	t := terminal(c.OutOrStdout())
	return gateset.Options{Colour: t.Colour, Width: t.Width}
}

// blockSeed is the seed of a block: another for each, the same when it is run again.
func blockSeed(seed uint64, row string, n int) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %d", seed, row, n)
	return h.Sum64()
}
