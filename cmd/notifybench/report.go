package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/report"
)

func reportCommand() *cobra.Command {
	var format, out string
	var asJSON bool
	c := &cobra.Command{
		Use: "report [RUN]", Short: "render a record again, without running anything (default: the newest)",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(fmt.Errorf("takes the folder of one record, got %d arguments", len(args)))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			dir := filepath.Join(out, "latest")
			if len(args) == 1 {
				dir = args[0]
			}
			if asJSON {
				format = "json"
			}
			_, err := show(c, dir, format)
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "text", "what is printed: "+strings.Join(report.Names(), ", "))
	c.Flags().BoolVar(&asJSON, "json", false, "the same as --format json")
	c.Flags().StringVar(&out, "out", runsDir, "`DIR` of records, when none is named")
	return c
}

// show writes the report into the folder of a record and prints it.
func show(c *cobra.Command, dir, format string) (*report.Report, error) {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // "latest" means another record tomorrow
	}
	if !slices.Contains(report.Names(), format) {
		return nil, usage(fmt.Errorf("--format %s: valid are %s", format, strings.Join(report.Names(), ", ")))
	}
	rd, err := record.Open(dir)
	if err != nil {
		return nil, usage(err)
	}
	r, err := report.New(rd)
	if err != nil {
		return nil, err
	}
	opts := terminal(c.OutOrStdout())
	if err := r.Render(c.OutOrStdout(), format, opts); err != nil {
		return nil, err
	}
	if r.Summary.Trimmed { // what was written while all was there is better than what could be now
		return r, nil
	}
	_, err = r.Write(dir, report.Options{})
	return r, err
}

// terminal says what standard output can show.
func terminal(w io.Writer) report.Options {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return report.Options{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return report.Options{Colour: os.Getenv("NO_COLOR") == "", Width: width}
}
