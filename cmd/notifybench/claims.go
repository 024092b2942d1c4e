package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/claimset"
)

// claimsDir is the folder of the sets of claims, from the root of a checkout.
const claimsDir = "results/claims"

// claimFlags are the flags of the command claims.
type claimFlags struct {
	selection
	runs, sets string // folders of records, and of sets of claims
	list, plan bool
	resume     bool
	from       []string
	solve      string
	asJSON     bool
}

func claimsCommand() *cobra.Command {
	var f claimFlags
	c := &cobra.Command{
		Use: "claims [SCENARIO|ID...]", Short: "judge what the documents say by measurements: one table of verdicts",
		Long: `Runs every scenario that has claims, or those named, and judges each claim by the
record: REPRODUCED, NOT REPRODUCED, IMPOSSIBLE AS STATED (above the ceiling of the
configuration stated) or NOT MEASURED, with the reason. The ID of a claim runs what
that claim needs of its scenario; where a scenario has the same name, all of it.

The table and the records it rests on are written to results/claims.

Exit codes: 0 all as expected, 1 a verdict differs from what the scenario expects, 2
usage, 4 a claim could not be measured though all it needs is installed, 130
interrupted (--resume goes on). What is not installed is no failure.`,
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	fl := c.Flags()
	fl.StringArrayVar(&f.servers, "servers", nil, "more servers: `DIR` with a server.yaml, or with folders of them (repeatable)")
	fl.IntVar(&f.trials, "trials", 0, "trials of each cell instead of the scenarios'; with --solve, of each point")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of order, arrivals and provider delays")
	fl.BoolVar(&f.short, "short", false, "core claims only, two trials, short windows: at most six minutes in all")
	fl.StringVar(&f.runs, "out", runsDir, "`DIR` of records")
	fl.StringVar(&f.sets, "claims-out", claimsDir, "`DIR` of tables of claims")
	fl.BoolVar(&f.list, "list", false, "list the claims; run nothing")
	fl.BoolVar(&f.plan, "plan", false, "print what would be run and how long it takes; run nothing")
	fl.BoolVar(&f.resume, "resume", false, "go on with the newest table that was not finished, or lacks what is installed now")
	fl.StringArrayVar(&f.from, "from", nil, "judge again what is in `DIR`, a table of claims or a record; run nothing (repeatable)")
	fl.StringVar(&f.solve, "solve", "", "search for the setting under which the figure of claim `ID` comes out")
	fl.BoolVar(&f.asJSON, "json", false, "as JSON")
	return c
}

// run does the one thing that the flags ask for.
func (f *claimFlags) run(c *cobra.Command, names []string) error {
	alone := f.resume || len(f.from) > 0 || f.solve != ""
	modes := 0
	for _, on := range []bool{f.list, f.plan, f.resume, len(f.from) > 0, f.solve != ""} {
		if on {
			modes++
		}
	}
	switch {
	case modes > 1:
		return usage(errors.New("--list, --plan, --resume, --from and --solve: one of them at a time"))
	case alone && len(names) > 0:
		return usage(fmt.Errorf("%s: no scenario or claim is named with --resume, --from and --solve", strings.Join(names, " ")))
	case len(f.from) > 0:
		return f.judgeAgain(c)
	case f.resume:
		return f.goOn(c)
	case f.solve != "":
		return f.solveClaim(c)
	}
	work, err := f.work(names)
	if err != nil {
		return err
	}
	switch {
	case f.list:
		return f.listClaims(c, work)
	case f.plan:
		return printWork(c.OutOrStdout(), work)
	}
	return f.begin(c, work, names)
}

// showSet prints a set and says by its error how it came out.
func (f *claimFlags) showSet(c *cobra.Command, s *claimset.Set, dir string) error {
	out := c.OutOrStdout()
	if f.asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", " ")
		return errors.Join(enc.Encode(s), outcome(s))
	}
	if err := s.Text(out, terminal(out).Width); err != nil {
		return err
	}
	if dir != "" {
		fmt.Fprintf(out, "\ntable   %s\ndata    %s\n", filepath.Join(dir, claimset.PageFile), filepath.Join(dir, claimset.File))
	}
	return outcome(s)
}

// outcome is the error of a set that did not come out as expected. A contradiction goes
// first: it was measured.
func outcome(s *claimset.Set) error {
	t := s.Count()
	switch {
	case len(t.Contradicts) > 0:
		return codedError{exitDiffers, fmt.Errorf("otherwise than expected: %s", strings.Join(t.Contradicts, ", "))}
	case len(t.Spoilt) > 0:
		return codedError{exitInvalid, fmt.Errorf("no valid measurement for %s: see the reasons", strings.Join(t.Spoilt, ", "))}
	}
	return nil
}

// isFile says that a file is there.
func isFile(parts ...string) bool {
	_, err := os.Stat(filepath.Join(parts...))
	return err == nil
}
