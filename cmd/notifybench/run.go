package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/run"
)

func runCommand() *cobra.Command {
	var s selection
	var out string
	var asJSON bool
	c := &cobra.Command{
		Use: "run SCENARIO", Short: "measure a scenario, print its table, draw its charts",
		Args: exactly(1, "the name of a scenario or its file"),
		RunE: func(c *cobra.Command, args []string) error {
			format := "text"
			if asJSON {
				format = "json"
			}
			p, err := s.plan(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(c.ErrOrStderr(), plan.Headline(p))
			dir, err := measure(c, p, out)
			if dir == "" {
				return err
			}
			return errors.Join(err, show(c, dir, format), verdict(dir))
		},
	}
	s.flags(c)
	c.Flags().StringVar(&out, "out", runsDir, "`DIR` of records")
	c.Flags().BoolVar(&asJSON, "json", false, "the summary as JSON on standard output")
	return c
}

// measure carries out a plan.
func measure(c *cobra.Command, p *plan.Plan, out string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	bin, err := filepath.Abs(binDir)
	if err != nil {
		return "", err
	}
	return run.Run(c.Context(), p, run.Options{
		Out: out, Bin: bin, Self: self, Tool: version(), Notify: progress(c.ErrOrStderr()),
	})
}

// verdict is the error of a record in which something could not be measured.
func verdict(dir string) error {
	rd, err := record.Open(dir)
	if err != nil {
		return err
	}
	failed := 0
	for _, c := range rd.Run().Cells {
		if c.Status == record.StatusFailed && !missing(rd.Run(), c.Subject) {
			failed++
		}
	}
	if failed > 0 {
		return codedError{exitInvalid, fmt.Errorf("%d of %d cells could not be measured: see the report",
			failed, len(rd.Run().Cells))}
	}
	return nil
}

// missing says whether a row needs something that is not installed, which is no failure.
func missing(r *record.Run, subject string) bool {
	for _, s := range r.Subjects {
		if s.ID == subject {
			return s.Missing != ""
		}
	}
	return false
}
