package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifybench/notifybench/internal/compare"
	"github.com/notifybench/notifybench/internal/record"
)

func compareCommand() *cobra.Command {
	var format, out string
	var asJSON bool
	c := &cobra.Command{
		Use: "compare RUN RUN", Short: "set two records side by side, with all that they differ in",
		Long: "Sets the second record against the first, row by row, and names everything in which they are not alike.\n" +
			"They were not interleaved, so that what differs may be the hour and not the code: it is no gate, and\n" +
			"exits 0 whatever comes out. Another scenario, another machine, a short run and a full one, unequal work\n" +
			"are shown side by side and not ranked.",
		Args: exactly(2, "two records, RUN RUN: each a folder, or its name under --out"),
		RunE: func(c *cobra.Command, args []string) error {
			if asJSON {
				format = "json"
			}
			if !slices.Contains(compare.Names(), format) {
				return usage(fmt.Errorf("--format %s: valid are %s", format, strings.Join(compare.Names(), ", ")))
			}
			var pair [2]*record.Reader
			for i, name := range args {
				rd, err := record.Open(recordDir(out, name))
				if err != nil {
					return usage(err)
				}
				pair[i] = rd
			}
			r, err := compare.Of(pair[0], pair[1])
			if err != nil {
				return err
			}
			return r.Render(c.OutOrStdout(), format, compare.Options{Width: terminal(c.OutOrStdout()).Width})
		},
	}
	c.Flags().StringVar(&format, "format", "text", "what is printed: "+strings.Join(compare.Names(), ", "))
	c.Flags().BoolVar(&asJSON, "json", false, "the same as --format json")
	c.Flags().StringVar(&out, "out", runsDir, "`DIR` of records that are named without a path")
	return c
}
