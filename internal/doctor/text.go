package doctor

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Print prints the findings, a line each, and below it the command that mends it.
func Print(w io.Writer, r Report) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range r.Findings {
		text := f.Found
		if f.Means != "" {
			text += "; " + f.Means
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\n", f.Level, f.Check, text)
		if f.Command != "" {
			fmt.Fprintf(tw, "\t\t→ %s\n", f.Command)
		}
	}
	return tw.Flush()
}
