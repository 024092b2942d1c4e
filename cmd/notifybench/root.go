package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/proc"
)

const longHelp = `notifybench compares concurrency architectures of a service that waits on other
services: each as a real process, against providers of known latency, under an
open or closed load, with what binds each result and what it cost.

  notifybench list               what there is to run
  notifybench plan headline      what a run would do, with its ceilings
  notifybench run headline       measure, print the table, draw the charts
  notifybench capacity capacity  search for the highest rate that meets the SLO
  notifybench claims             what the documents say, judged by measurements
  notifybench report             render the newest record again
  notifybench gate --base main   did this change make a server slower, heavier or wrong?
  notifybench compare RUN RUN    two records side by side, with all that they differ in
  notifybench init               begin with a service of your own
  notifybench doctor             whether this machine can measure honestly
  notifybench selftest meters    whether the meters are right
  notifybench mock --help        the mock providers alone

Exit codes: 0 pass, 1 a regression, or a claim that comes out otherwise than expected,
2 usage or configuration, 3 inconclusive, 4 invalid measurement or environment, 130
interrupted.`

// execute is the program.
func execute(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use: "notifybench", Short: "the benchmark of concurrency architectures", Long: longHelp,
		SilenceErrors: true, SilenceUsage: true, Version: version(),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fmt.Errorf("unknown command %q: see notifybench --help", args[0]))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(listCommand(), planCommand(), runCommand(), reportCommand(), compareCommand(), capacityCommand(), mockCommand(),
		generateCommand(), guardianCommand(), doctorCommand(), selftestCommand(), claimsCommand(), initCommand(), gateCommand())
	return root.ExecuteContext(ctx)
}

// version is the version of this build.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// exactly checks the number of arguments and says what is missing.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usage(fmt.Errorf("needs %s, got %d arguments", what, len(args)))
		}
		return nil
	}
}

// guardianCommand ends what a harness leaves behind; see package proc.
func guardianCommand() *cobra.Command {
	return &cobra.Command{
		Use: proc.GuardianArg, Hidden: true, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return proc.Guard() },
	}
}
