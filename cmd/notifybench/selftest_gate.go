package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/gateset"
	"github.com/notifybench/notifybench/internal/gatetest"
	"github.com/notifybench/notifybench/internal/policy"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/trees"
)

const gateTestHelp = `Says how good the gate is on this machine: how often it calls a change worse where
there is none, and how often it finds what is known to be worse, because the
candidate was told to use more CPU, to wait, to hold memory or to answer wrongly.

Real blocks of one server are measured, hours of them, and appended to a file: it can
be stopped at any time and goes on where it was. 10,000 gates are then drawn from them,
and some are carried out. --show only prints what the blocks there are say; --for stops
after a time. The exit code is 0 whatever is found.`

// recordsDir is the folder of the records of blocks, beside the file: a name that nobody
// else gives to a folder, since it is removed.
const recordsDir = ".notifybench-blocks"

// gateTest is a self-test of the gate under way.
type gateTest struct {
	f      gateFlags
	file   string
	format string
	show   bool
	length time.Duration // after which it stops by itself; 0: when it is done
}

func gateTestCommand() *cobra.Command {
	var t gateTest
	c := &cobra.Command{
		Use: "gate", Short: "how often the gate is right, by known changes (about three hours; resumable)", Long: gateTestHelp,
		Args: exactly(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error { return t.run(c) },
	}
	fl := c.Flags()
	fl.StringVar(&t.f.policy, "policy", "", "`FILE` of the policy (default gate.yaml, or notifybench/gate.yaml); its first row is measured")
	fl.StringArrayVar(&t.f.servers, "servers", nil, "more servers: `DIR` with a server.yaml, or with folders of them (repeatable)")
	fl.StringVar(&t.file, "file", "results/gatetest/blocks.jsonl", "`FILE` of the blocks")
	fl.StringVar(&t.format, "format", "text", "what is printed: "+strings.Join(gatetest.Names(), ", "))
	fl.BoolVar(&t.show, "show", false, "measure nothing: say what the blocks of --file tell")
	fl.DurationVar(&t.length, "for", 0, "stop after this time, and say what is known by then")
	fl.Uint64Var(&t.f.seed, "seed", 1, "seed of order, arrivals and provider delays")
	return c
}

func (t *gateTest) run(c *cobra.Command) error {
	f, err := gatetest.FormatOf(t.format)
	if err != nil {
		return usage(err)
	}
	p, err := t.f.readPolicy(nil)
	if err != nil {
		return usage(err)
	}
	plan := gateTestPlan(p)
	var r *gatetest.Result
	if t.show {
		r, err = t.look(c.Context(), plan)
	} else {
		r, err = t.measure(c, p, plan)
	}
	if err != nil {
		return err
	}
	return f.Write(c.OutOrStdout(), r)
}

func (t *gateTest) look(ctx context.Context, plan gatetest.Plan) (*gatetest.Result, error) {
	file, err := gatetest.Read(t.file)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: leave --show out to measure first", err)
	}
	if err != nil {
		return nil, usage(err)
	}
	return gatetest.Analyse(ctx, file, plan)
}

// gateTestPlan is what is measured for a policy.
func gateTestPlan(p *policy.File) gatetest.Plan {
	plan := gatetest.Default(p.Gate)
	plan.Budget = p.Budget
	return plan
}

// measure measures until the plan is done, the time is over or the user has had enough;
// then it says what is known.
func (t *gateTest) measure(c *cobra.Command, p *policy.File, plan gatetest.Plan) (r *gatetest.Result, err error) {
	g, done, err := t.open(c, p)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	defer func() { _ = os.RemoveAll(filepath.Join(g.dir, binariesDir)) }() // built anew when it goes on
	in, header, err := t.injector(g, p)
	if err != nil {
		return nil, err
	}
	file, err := gatetest.Open(t.file, header)
	if err != nil {
		return nil, usage(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	ctx, cancel := c.Context(), context.CancelFunc(func() {})
	if t.length > 0 {
		ctx, cancel = context.WithTimeout(ctx, t.length)
	}
	defer cancel()
	r, err = gatetest.Run(ctx, file, plan, in.measure, func(e gatetest.Event) { g.say("%s", eventLine(e)) })
	if ctx.Err() != nil {
		g.say("stopped; the same command goes on from here")
		return gatetest.Analyse(context.WithoutCancel(ctx), file, plan)
	}
	return r, err
}

// open prepares what measures: this tree against itself.
func (t *gateTest) open(c *cobra.Command, p *policy.File) (g *gating, done func() error, err error) {
	here, err := trees.Here(c.Context(), ".")
	if err != nil {
		return nil, nil, usage(err)
	}
	g = &gating{f: &t.f, c: c, policy: p, dir: filepath.Dir(t.file), sides: &gateSides{base: sideOf(here), candidate: sideOf(here)}}
	if err := os.MkdirAll(g.dir, 0o755); err != nil {
		return nil, nil, fmt.Errorf("create folder of blocks: %w", err)
	}
	if g.self, err = os.Executable(); err != nil {
		return nil, nil, fmt.Errorf("find this program: %w", err)
	}
	if g.sides.unlock, err = lockGates(c); err != nil {
		return nil, nil, err
	}
	if g.guardian, err = proc.StartGuardian(g.self); err != nil {
		return nil, nil, errors.Join(err, g.sides.close())
	}
	return g, func() error { return errors.Join(g.guardian.Close(), g.sides.close()) }, nil
}

// injector prepares the injections: the first row of the policy, at a rate that is found
// once and kept in the header of the file, since blocks of two rates are two pools.
func (t *gateTest) injector(g *gating, p *policy.File) (*injector, gatetest.Header, error) {
	row := p.Rows[0]
	s := gateset.Server{Row: row}
	d, err := g.duel(scenario.Only(p.Scenario, []string{row}, g.loads()), &s)
	if err == nil && s.Missing != "" {
		err = codedError{exitInvalid, fmt.Errorf("%s is %s", row, s.Missing)}
	}
	if err != nil {
		return nil, gatetest.Header{}, err
	}
	d.out = filepath.Join(g.dir, recordsDir)
	if d.builds.layouts > 1 {
		d.builds.apart = 2 * d.builds.layouts // beyond those of the fresh blocks
	}
	for _, fresh := range []bool{false, true} {
		if err := d.builds.buildAll(g.c.Context(), fresh); err != nil {
			return nil, gatetest.Header{}, err
		}
	}
	in := &injector{duel: d, seed: t.f.seed, beside: t.file + ".base.json"}
	if _, err := os.Stat(t.file); errors.Is(err, fs.ErrNotExist) { // what stands beside it is of a file that is gone
		if err := os.RemoveAll(in.beside); err != nil {
			return nil, gatetest.Header{}, err
		}
	}
	if err := in.prepare(g, p.Busy); err != nil {
		return nil, gatetest.Header{}, err
	}
	h, err := in.header(row, p)
	return in, h, err
}

func eventLine(e gatetest.Event) string {
	line := fmt.Sprintf("[%d, %d left", e.Done, e.Left)
	if e.ETA > 0 {
		line += fmt.Sprintf(", about %v", round(e.ETA))
	}
	line += "] " + e.Step.Injection.String()
	if e.Step.Gate > 0 {
		line += fmt.Sprintf(", gate %d, block %d", e.Step.Gate, e.Step.N)
	}
	if e.Last != nil && e.Last.Block.Invalid != "" {
		line += "  (the one before is invalid: " + e.Last.Block.Invalid + ")"
	}
	return line
}
