package main

import (
	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/selftest"
)

// The parts that this program plays in its own self-test.

func burnerCommand() *cobra.Command {
	return &cobra.Command{
		Use: selftest.BurnerArg + " JSON", Hidden: true, Args: exactly(1, "what to burn"),
		RunE: func(c *cobra.Command, args []string) error {
			return usage(selftest.RunBurner(c.Context(), args[0], c.OutOrStdout()))
		},
	}
}

func holderCommand() *cobra.Command {
	return &cobra.Command{
		Use: selftest.HolderArg + " JSON", Hidden: true, Args: exactly(1, "what to hold"),
		RunE: func(c *cobra.Command, args []string) error {
			return usage(selftest.RunHolder(c.Context(), args[0], c.InOrStdin(), c.OutOrStdout()))
		},
	}
}

func targetCommand() *cobra.Command {
	return &cobra.Command{
		Use: selftest.TargetArg, Hidden: true, Args: exactly(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			return selftest.RunTarget(c.Context(), c.OutOrStdout())
		},
	}
}
