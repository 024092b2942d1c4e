package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

func capacityCommand() *cobra.Command {
	s := selection{searches: true}
	var out string
	var asJSON bool
	c := &cobra.Command{
		Use: "capacity SCENARIO", Short: "search for the highest rate at which each server meets the SLO",
		Long: `Searches for the highest rate at which each server of a scenario meets its SLO: the
scenario's loads of the kind capacity or, where it has none, one from 10/s to 50000/s
instead of its loads. A search usually takes one to two minutes, at most three.`,
		Args: exactly(1, "the name of a scenario or its file"),
		RunE: func(c *cobra.Command, args []string) error { return runScenario(c, &s, args[0], out, asJSON) },
	}
	s.flags(c)
	c.Flags().StringVar(&out, "out", runsDir, "`DIR` of records")
	c.Flags().BoolVar(&asJSON, "json", false, "the summary as JSON on standard output")
	return c
}

// referee judges a trial of a search by what its record says.
func referee(dir string, cell int) (capacity.Observation, error) {
	rd, err := record.Open(dir)
	if err != nil {
		return capacity.Observation{}, err
	}
	return metric.Observe(rd, cell)
}

// stepLine is what is known of a search as soon as a trial of it has been judged.
func stepLine(s *record.Search) string {
	last := s.Steps[len(s.Steps)-1]
	line := fmt.Sprintf("%s  %s  %s: %s %s", searchName(s), s.Load, s.Subject, capacity.Rate(last.Rate), last.Verdict)
	if last.Why != "" {
		line += ": " + last.Why
	}
	return line
}

// searchLine is the result of a search.
func searchLine(s *record.Search) string {
	words := s.Words
	if s.Status != record.StatusOK {
		words = s.Status + ": " + s.Error
	}
	return fmt.Sprintf("%s  %s  %s: %s", searchName(s), s.Load, s.Subject, words)
}

func searchName(s *record.Search) string { return fmt.Sprintf("search %d", s.Trial) }
