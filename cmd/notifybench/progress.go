package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/run"
)

// progress shows a run: a bar on a terminal, plain lines elsewhere. The prefix tells
// it from other runs; it may be empty.
func progress(stderr io.Writer, prefix string) func(run.Event) {
	if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return barProgress(stderr, prefix)
	}
	return plainProgress(stderr, prefix)
}

// plainProgress prints a line per cell, for logs.
func plainProgress(w io.Writer, prefix string) func(run.Event) {
	return func(e run.Event) {
		switch e.Kind {
		case run.Building:
			fmt.Fprintf(w, "building %s\n", e.Text)
		case run.Warning:
			fmt.Fprintf(w, "warning: %s\n", e.Text)
		case run.CellEnded:
			fmt.Fprintf(w, "%s[%d/%d] %s  (%v left)\n", prefix, e.Cell.Index+1, e.Total, cellLine(e.Cell), round(e.Left))
		case run.SearchStep, run.SearchEnded:
			searchProgress(w, e)
		}
	}
}

// barProgress redraws one line; only failures stay on the screen.
func barProgress(w io.Writer, prefix string) func(run.Event) {
	var bar *progressbar.ProgressBar
	return func(e run.Event) {
		switch e.Kind {
		case run.Building:
			fmt.Fprintf(w, "building %s\n", e.Text)
		case run.Warning:
			clearBar(bar)
			fmt.Fprintf(w, "warning: %s\n", e.Text)
		case run.CellStarted:
			if bar == nil {
				bar = progressbar.NewOptions(e.Total, progressbar.OptionSetWriter(w), progressbar.OptionSetWidth(24),
					progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false),
					progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(false))
			}
			bar.Describe(fmt.Sprintf("%s%v left  %s, %s", prefix, round(e.Left), e.Cell.Subject, e.Cell.Load))
		case run.CellEnded:
			if e.Cell.Status != record.StatusOK {
				clearBar(bar)
				fmt.Fprintln(w, cellLine(e.Cell))
			}
			_ = bar.Set(e.Cell.Index + 1) // a terminal that does not take it shows less
		case run.SearchStep, run.SearchEnded: // how many trials there will be is not known
			clearBar(bar)
			searchProgress(w, e)
		}
	}
}

// searchProgress prints a line per trial of a capacity search, and its result.
func searchProgress(w io.Writer, e run.Event) {
	if e.Kind == run.SearchEnded {
		fmt.Fprintln(w, searchLine(e.Search))
		return
	}
	fmt.Fprintf(w, "%s  (at most %v left)\n", stepLine(e.Search), round(e.Left))
}

func clearBar(bar *progressbar.ProgressBar) {
	if bar != nil {
		_ = bar.Clear()
	}
}

// cellLine is what is known of a cell as soon as it has ended.
func cellLine(c *record.Cell) string {
	head := fmt.Sprintf("trial %d  %s  %s", c.Trial, c.Load, c.Subject)
	if c.Slice > 0 {
		head = fmt.Sprintf("trial %d  slice %d  %s  %s", c.Trial, c.Slice, c.Load, c.Subject)
	}
	if c.Status != record.StatusOK {
		line := head + ": " + c.Status
		if c.Error != "" {
			line += ": " + c.Error
		}
		if c.LogTail != "" {
			line += "\nits log ends:\n" + c.LogTail
		}
		return line
	}
	g := c.Generator
	good := g.Outcomes[record.OutcomeOK] + g.Outcomes[record.OutcomeQueued]
	return fmt.Sprintf("%s: sent %d, good %d, unsent %d", head, g.Sent, good, g.Unsent)
}

func round(d time.Duration) time.Duration { return d.Round(time.Second) }
