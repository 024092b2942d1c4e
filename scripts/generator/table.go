package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/notifybench/notifybench/internal/stats"
)

// column is one figure of the table.
type column struct {
	title  string
	scale  float64 // figure / scale is printed
	of     func(*figures) *float64
	digits int
	target func(*row) float64 // in the unit of the figure; 0: none
}

func columns() []column {
	return []column{
		{"req/s", 1, func(f *figures) *float64 { return f.rate }, 0, nil},
		{"lag p50 ms", 1e6, func(f *figures) *float64 { return f.p50 }, 3, func(r *row) float64 { return r.targets.p50 }},
		{"lag p99 ms", 1e6, func(f *figures) *float64 { return f.p99 }, 3, func(r *row) float64 { return r.targets.p99 }},
		{"lag max ms", 1e6, func(f *figures) *float64 { return f.max }, 1, nil},
		{"in bursts %", .01, func(f *figures) *float64 { return f.bursts }, 1, func(r *row) float64 { return r.targets.bursts }},
		{"CPU µs/req", 1e3, func(f *figures) *float64 { return f.cpu }, 1, nil},
		{"max RSS MiB", 1 << 20, func(f *figures) *float64 { return f.rss }, 1, nil},
	}
}

// cell is the median over the rounds with min–max.
func cell(rounds []figures, c column) string {
	var values []float64
	for i := range rounds {
		if v := c.of(&rounds[i]); v != nil {
			values = append(values, *v/c.scale)
		}
	}
	m, ok := stats.Median(values)
	if !ok {
		return "n/a"
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', c.digits, 64) }
	return fmt.Sprintf("%s (%s–%s)", number(m), number(slices.Min(values)), number(slices.Max(values)))
}

// missed names the targets that the medians of a row do not meet.
func missed(r *row) (names []string) {
	for _, c := range columns() {
		if c.target == nil || c.target(r) == 0 {
			continue
		}
		var values []float64
		for i := range r.rounds {
			if v := c.of(&r.rounds[i]); v != nil {
				values = append(values, *v)
			}
		}
		if m, ok := stats.Median(values); !ok || m > c.target(r) {
			names = append(names, fmt.Sprintf("%s above %g", c.title, c.target(r)/c.scale))
		}
	}
	return names
}

// verdict says whether a row meets its targets, where it has some.
func (r *row) verdict() string {
	switch missing := missed(r); {
	case r.targets == targets{}:
		return ""
	case len(missing) > 0:
		return "missed: " + strings.Join(missing, ", ")
	}
	return "met"
}

const preface = `# Generators side by side

Each generator alone on one core, the target on another; %d interleaved rounds of %v; medians (min–max). Arrivals are stamped by
the target, a program that is none of the generators (scripts/generator/target). Lag of uniform arrivals: the k-th arrival against
k periods, less its minimum; of Poisson arrivals: against the intended time of the same request. In bursts: gaps below a tenth of
the period. The last row is the real case: the generator shares its core with the mock providers and drives a server with three
calls of 100 to 200 ms; its lag is from the record, up to the moment a worker takes the request up. Stock vegeta is %s.

`

// write prints the table as Markdown.
func write(w io.Writer, rows []*row, version string) error {
	var out strings.Builder
	fmt.Fprintf(&out, preface, rounds, length, version)
	out.WriteString("| load | generator |")
	rule := "|---|---|"
	for _, c := range columns() {
		out.WriteString(" " + c.title + " |")
		rule += "--:|"
	}
	out.WriteString(" targets |\n" + rule + "---|\n")
	for _, r := range rows {
		fmt.Fprintf(&out, "| %s | %s |", r.load, r.tool)
		for _, c := range columns() {
			if r.missing != "" {
				out.WriteString(" |")
				continue
			}
			out.WriteString(" " + cell(r.rounds, c) + " |")
		}
		fmt.Fprintf(&out, " %s |\n", r.verdict()+r.missing)
	}
	_, err := io.WriteString(w, out.String())
	return err
}
