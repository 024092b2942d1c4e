package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/selftest"
)

// selftestCommand proves notifybench itself.
func selftestCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "selftest", Short: "prove the meters against known truth, and the gate against known changes",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fmt.Errorf("unknown self-test %q (valid: meters, gate)", args[0]))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(metersCommand(), gateTestCommand(), burnerCommand(), holderCommand(), targetCommand())
	return c
}

const metersHelp = `Compare what the meters say with what is known: CPU and memory of process trees
that say themselves what they use, providers whose delay is fixed, a generator
whose sends are stamped by its target, and a freeze of 200 ms. Keep the machine
quiet meanwhile. Exit code 4 when a meter is off.

With --short the limits are at least ten times as wide: for continuous integration, where
timings are noise and only gross errors can be found.`

func metersCommand() *cobra.Command {
	var short, asJSON bool
	var format string
	c := &cobra.Command{
		Use: "meters", Short: "CPU, memory, delays and sends against known truth (about a minute)",
		Long: metersHelp, Args: exactly(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error {
			if asJSON {
				format = "json"
			}
			f, err := selftestFormat(format)
			if err != nil {
				return usage(err)
			}
			return proveMeters(c, f, short)
		},
	}
	c.Flags().BoolVar(&short, "short", false, "fewer and shorter cases, limits at least ten times as wide")
	c.Flags().StringVar(&format, "format", selftest.Formats()[0].Name, "what is printed: "+strings.Join(selftestFormats(), ", "))
	c.Flags().BoolVar(&asJSON, "json", false, "the same as --format json")
	return c
}

func selftestFormats() (names []string) {
	for _, f := range selftest.Formats() {
		names = append(names, f.Name)
	}
	return names
}

func selftestFormat(name string) (f selftest.Format, err error) {
	i := slices.Index(selftestFormats(), name)
	if i < 0 {
		return f, fmt.Errorf("--format %s: valid are %s", name, strings.Join(selftestFormats(), ", "))
	}
	return selftest.Formats()[i], nil
}

func proveMeters(c *cobra.Command, f selftest.Format, short bool) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	r, err := selftest.Run(c.Context(), selftest.Checks(), selftest.Options{
		Self: self, Short: short,
		Notify: func(k selftest.Check) { fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", k.ID, k.Doc) },
	})
	if err != nil {
		return err
	}
	if err := f.Write(c.OutOrStdout(), r); err != nil {
		return err
	}
	if n := r.Failed(); n > 0 {
		return codedError{exitInvalid, fmt.Errorf("%d of the readings are not as they should be: see the table", n)}
	}
	return nil
}
