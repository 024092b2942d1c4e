// Package report renders a summary for people and machines: one format per
// file, each to a writer, and all of them into the folder of a record.
//
// It decides layout only: numbers, statistics and reasons come from package
// metric, charts from package chart. Every value carries its unit; what is
// missing says so.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/migrate"
	"github.com/notifybench/notifybench/internal/record"
)

// Options are what a terminal can show.
type Options struct {
	Colour bool // grey for rows that are invalid; the caller honours NO_COLOR
	Width  int  // in columns; 0: as wide as it gets
}

// Report is a record, computed and ready to render.
type Report struct {
	Run     *record.Run
	Summary *metric.Summary
	Claims  []claim.Result // of the scenario, settled
	Dir     string

	charts  []drawn // what Write draws, and the page shows
	migrate *migrate.Table
}

// Format is one way to render a report.
type Format struct {
	Name string
	File string // in the record's folder; empty: for the terminal only
	Doc  string
	// write renders; it may assume that the summary is complete.
	write func(io.Writer, *Report, Options) error
}

// Formats lists the formats.
func Formats() []Format { return []Format{text, markdown, table, summary} }

// Names lists the names of the formats.
func Names() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// New computes the report of a record.
func New(src metric.Source) (*Report, error) {
	s, err := metric.Load(src)
	if err != nil {
		return nil, fmt.Errorf("summarize %s: %w", src.Dir(), err)
	}
	r := &Report{Run: src.Run(), Summary: s, Claims: claim.Judge(src.Run(), s), Dir: src.Dir(), migrate: migrate.Of(src.Run(), s)}
	return r, r.planCharts(src)
}

// Render renders the report in a format.
func (r *Report) Render(w io.Writer, format string, o Options) error {
	for _, f := range Formats() {
		if f.Name != format {
			continue
		}
		if err := f.write(w, r, o); err != nil {
			return fmt.Errorf("render %s report: %w", format, err)
		}
		return nil
	}
	return fmt.Errorf("unknown report format %q (valid: %s)", format, strings.Join(Names(), ", "))
}
