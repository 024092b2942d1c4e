package main

import (
	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/attack"
)

// generateCommand is the load generator, a process of its own.
func generateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "generate", Hidden: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			job, err := attack.ReadJob(c.InOrStdin())
			if err != nil {
				return usage(err)
			}
			return attack.Run(c.Context(), job, c.OutOrStdout())
		},
	}
}
