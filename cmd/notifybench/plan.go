package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/plan"
)

func planCommand() *cobra.Command {
	var s selection
	var asJSON bool
	c := &cobra.Command{
		Use: "plan SCENARIO", Short: "print what a run would do, with the ceilings known before it",
		Args: exactly(1, "the name of a scenario or its file"),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := s.plan(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(c.OutOrStdout())
				enc.SetIndent("", " ")
				return enc.Encode(plan.Describe(p))
			}
			return plan.Print(c.OutOrStdout(), p)
		},
	}
	s.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}
