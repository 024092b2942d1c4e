package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/gateset"
)

// gatesDir is where the records of gates are.
const gatesDir = "results/gates"

// What --on-inconclusive may say.
const (
	inconclusiveFails = "fail"
	inconclusiveWarns = "warn"
)

// gateFlags are what a gate is asked for.
type gateFlags struct {
	base, baseDir, baseRun string
	policy                 string
	servers                []string
	budget                 time.Duration
	short                  bool
	onInconclusive         string
	format                 string
	out                    string
	seed                   uint64
}

const gateHelp = `Builds the servers of the base and those of this tree, lets both take turns on this
machine under the same arrivals and the same provider delays, and says of each metric
whether it got worse: PASS, IMPROVED, REGRESSED, INCONCLUSIVE or INVALID. What is called
worse has been confirmed by fresh measurements. A wrong answer, a lost or a falsely
reported delivery is a regression at once.

Which metrics, how much worse they may get and how long it may take is in the policy:
gate.yaml or notifybench/gate.yaml, or --policy.

  notifybench gate --base origin/main        the merge-base with a branch, against this tree
  notifybench gate goroutine --base HEAD~1   one row of the scenario
  notifybench gate --base-dir ../before      another tree
  notifybench gate --base-run RECORD         only reports against a record: never decides

Exit codes: 0 PASS or IMPROVED, 1 REGRESSED, 2 usage, or a tree that does not build, 3
INCONCLUSIVE (0 with --on-inconclusive warn), 4 INVALID, or stopped before the end.`

func gateCommand() *cobra.Command {
	var f gateFlags
	c := &cobra.Command{
		Use: "gate [ROW...]", Short: "did this change make a server slower, heavier or wrong?", Long: gateHelp,
		RunE: func(c *cobra.Command, args []string) error { return interruptedGate(f.run(c, args)) },
	}
	fl := c.Flags()
	fl.StringVar(&f.base, "base", "", "compare with the merge-base with `REF`, a branch, tag or commit")
	fl.StringVar(&f.baseDir, "base-dir", "", "compare with the tree in `DIR`")
	fl.StringVar(&f.baseRun, "base-run", "", "report against a `RECORD`, of another machine perhaps; decides nothing")
	fl.StringVar(&f.policy, "policy", "", "`FILE` of the policy (default gate.yaml, or notifybench/gate.yaml)")
	fl.StringArrayVar(&f.servers, "servers", nil, "more servers: `DIR` with a server.yaml, or with folders of them (repeatable)")
	fl.DurationVar(&f.budget, "budget", 0, "time for each server instead of the policy's")
	fl.BoolVar(&f.short, "short", false, "one look at short blocks: finds wrong answers, and what is surely worse by a quarter; INCONCLUSIVE only warns")
	fl.StringVar(&f.onInconclusive, "on-inconclusive", "", "fail or warn instead of the policy's")
	fl.StringVar(&f.format, "format", "text", "what is printed: "+strings.Join(gateset.Names(), ", "))
	fl.StringVar(&f.out, "out", gatesDir, "`DIR` of records of gates")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of order, arrivals and provider delays")
	return c
}

// check refuses what cannot be meant.
func (f *gateFlags) check() error {
	given := 0
	for _, s := range []string{f.base, f.baseDir, f.baseRun} {
		if s != "" {
			given++
		}
	}
	switch {
	case given == 0:
		return errors.New("nothing to compare with: give --base REF, --base-dir DIR or --base-run RECORD")
	case given > 1:
		return errors.New("--base, --base-dir and --base-run exclude each other: give one")
	case f.baseRun != "" && (f.policy != "" || f.short || f.budget != 0 || f.onInconclusive != ""):
		return errors.New("--base-run only reports: --policy, --short, --budget and --on-inconclusive are of a gate that decides; leave them out")
	case !slices.Contains([]string{"", inconclusiveFails, inconclusiveWarns}, f.onInconclusive):
		return fmt.Errorf("--on-inconclusive %s: valid are %s and %s", f.onInconclusive, inconclusiveFails, inconclusiveWarns)
	case !slices.Contains(gateset.Names(), f.format):
		return fmt.Errorf("--format %s: valid are %s", f.format, strings.Join(gateset.Names(), ", "))
	case f.budget < 0:
		return fmt.Errorf("--budget %v: write a positive time such as 10m", f.budget)
	}
	return nil
}

// gateCode is the error, with its exit code, that a verdict ends with; nil: it passes.
func gateCode(v gate.Verdict, why string, warn bool) error {
	code := exitOK
	switch v {
	case gate.Regressed:
		code = exitDiffers
	case gate.Inconclusive, gate.Undecided:
		if code = exitInconclusive; warn {
			return nil
		}
	case gate.Invalid:
		code = exitInvalid
	}
	if code == exitOK {
		return nil
	}
	return codedError{code, fmt.Errorf("%s: %s", v, why)}
}

// interruptedGate is the error of a gate that was stopped: a build must not pass by it,
// and what a shell makes of a signal is not what a gate has to say.
func interruptedGate(err error) error {
	if errors.Is(err, context.Canceled) {
		return codedError{exitInvalid, errors.New("INVALID: stopped before the end")}
	}
	return err
}
