package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/report"
	"github.com/notifybench/notifybench/internal/run"
)

func runCommand() *cobra.Command {
	var s selection
	var out string
	var asJSON bool
	c := &cobra.Command{
		Use: "run SCENARIO", Short: "measure a scenario, print its table, draw its charts",
		Long: "Measures every row under every load, prints the table, and writes a record with report and charts to\n" +
			"results/runs. \"notifybench plan SCENARIO\" tells how long that takes.\n\n" +
			"Exit codes: 0, 2 usage, 4 a row has no valid measurement, 130 interrupted (the record can be rendered).\n" +
			"What is not installed is no failure.",
		Args: exactly(1, "the name of a scenario or its file"),
		RunE: func(c *cobra.Command, args []string) error { return runScenario(c, &s, args[0], out, asJSON) },
	}
	s.flags(c)
	c.Flags().StringVar(&out, "out", runsDir, "`DIR` of records")
	c.Flags().BoolVar(&asJSON, "json", false, "the summary as JSON on standard output")
	return c
}

// runScenario plans a scenario, measures it and shows what came of it.
func runScenario(c *cobra.Command, s *selection, name, out string, asJSON bool) error {
	format := "text"
	if asJSON {
		format = "json"
	}
	p, err := s.plan(name)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.ErrOrStderr(), plan.Headline(p))
	dir, err := measure(c, p, out, progress(c.ErrOrStderr(), ""))
	if dir == "" {
		return err
	}
	r, shown := show(c, dir, format)
	if err == nil && shown == nil {
		return verdict(r)
	}
	return errors.Join(err, shown)
}

// measure carries out a plan; notify is told how it goes.
func measure(c *cobra.Command, p *plan.Plan, out string, notify func(run.Event)) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	bin, err := filepath.Abs(binDir)
	if err != nil {
		return "", err
	}
	return run.Run(c.Context(), p, run.Options{
		Out: out, Bin: bin, Self: self, Tool: version(), Notify: notify,
		Referee: referee,
	})
}

// verdict is the error of a run in which something could not be measured, or is
// not to be believed. What is not installed is no failure.
func verdict(r *report.Report) error {
	var bad []string
	for _, row := range r.Summary.Rows {
		if row.Broken() {
			bad = append(bad, row.Subject+" under "+row.Load)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return codedError{exitInvalid, fmt.Errorf("no valid measurement of %s: see the report", strings.Join(bad, ", "))}
}
