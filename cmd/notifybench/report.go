package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
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
		Use: "report [RUN...]", Short: "render records again, without running anything (default: the newest)",
		Long: "Renders records one after another. Of several it says in what they differ from the first:\n" +
			"what makes them incomparable, and the fingerprints of their machines.",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{filepath.Join(out, "latest")}
			}
			if asJSON {
				format = "json"
			}
			var first *report.Report
			for _, dir := range args {
				r, err := show(c, recordDir(out, dir), format)
				if err != nil {
					return err
				}
				if first == nil {
					first = r
				}
				for _, line := range report.DifferenceWords(first.Run, r.Run) {
					fmt.Fprintln(c.ErrOrStderr(), "warning:", line)
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&format, "format", "text", "what is printed: "+strings.Join(report.Names(), ", "))
	c.Flags().BoolVar(&asJSON, "json", false, "the same as --format json")
	c.Flags().StringVar(&out, "out", runsDir, "`DIR` of records that are named without a path, and of the newest")
	return c
}

// recordDir is the folder of a record: a path, or the name of one below out, as "latest".
func recordDir(out, name string) string {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && filepath.Base(name) == name {
		if _, err := os.Stat(filepath.Join(out, name)); err == nil {
			return filepath.Join(out, name)
		}
	}
	return name
}

// show writes the report into the folder of a record and prints it.
func show(c *cobra.Command, dir, format string) (*report.Report, error) {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // "latest" means another record tomorrow
	}
	if !slices.Contains(report.Names(), format) {
		return nil, usage(fmt.Errorf("--format %s: valid are %s", format, strings.Join(report.Names(), ", ")))
	}
	r, err := compute(dir)
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

// compute computes the report of the record in a folder.
func compute(dir string) (*report.Report, error) {
	rd, err := record.Open(dir)
	if err != nil {
		return nil, usage(err)
	}
	return report.New(rd)
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
