package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/compare"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// reportAgainst measures what a record measured once more, with the servers of this tree,
// and sets the two side by side. It decides nothing: the two were not interleaved, and
// may be of two machines.
func (f *gateFlags) reportAgainst(c *cobra.Command, rows []string) (err error) {
	if !slices.Contains(compare.Names(), f.format) {
		return usage(fmt.Errorf("--format %s: with --base-run valid are %s", f.format, strings.Join(compare.Names(), ", ")))
	}
	before, err := record.Open(recordDir(runsDir, f.baseRun))
	if err != nil {
		return usage(err)
	}
	sc, err := scenario.Decode(before.Run().ID, []byte(before.Run().Scenario.Text))
	if err != nil {
		return usage(fmt.Errorf("the scenario of %s cannot be read by this notifybench: %w", f.baseRun, err))
	}
	s := selection{servers: f.servers, only: rows, seed: before.Run().Scenario.Seed}
	if sc, err = s.narrow(sc); err != nil {
		return usage(err)
	}
	p, err := s.planOf(sc)
	if err != nil {
		return err
	}
	unlock, err := lockGates(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	dir, err := measure(c, p, runsDir, progress(c.ErrOrStderr(), ""))
	if err != nil {
		return err
	}
	after, err := record.Open(dir)
	if err != nil {
		return err
	}
	r, err := compare.Of(before, after)
	if err != nil {
		return err
	}
	return r.Render(c.OutOrStdout(), f.format, compare.Options{Width: terminal(c.OutOrStdout()).Width})
}
