package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var table = Format{
	Name: "csv", File: "results.csv", Doc: "one line per cell; names end in the unit; what is missing is empty",
	write: func(w io.Writer, r *Report, _ Options) error {
		out := csv.NewWriter(w)
		header := []string{"run", "scenario", "load", "subject", "server", "processes", "trial", "slice", "status", "error",
			"verdict", "reasons", "bound_by", "bound_req_per_s"}
		searched := len(r.Summary.Searches) > 0
		for _, m := range metric.All() {
			header = append(header, columnName(m))
		}
		header = append(header, anatomyHeader()...)
		if searched {
			header = append(header, "search_rate_req_per_s", "search_verdict", "search_result")
		}
		if err := out.Write(header); err != nil {
			return err
		}
		for i := range r.Summary.Cells {
			line := cellLine(r, &r.Summary.Cells[i])
			if searched {
				line = append(line, searchFields(r.Summary, r.Summary.Cells[i].Index)...)
			}
			if err := out.Write(line); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	},
}

// columnName is the stable name of a metric's column: its ID and its unit.
func columnName(m metric.Metric) string {
	return strings.TrimSuffix(m.ID, "_"+string(m.Unit)) + "_" + string(m.Unit)
}

func cellLine(r *Report, c *metric.Cell) []string {
	i := slices.IndexFunc(r.Run.Subjects, func(s record.Subject) bool { return s.ID == c.Subject })
	server, processes := "", 0
	if i >= 0 {
		server, processes = r.Run.Subjects[i].Server, r.Run.Subjects[i].Processes
	}
	var reasons []string
	for _, f := range c.Verdict.Findings {
		reasons = append(reasons, f.Text)
	}
	bound := ""
	if c.Bound.Rate > 0 {
		bound = decimal(c.Bound.Rate)
	}
	line := []string{r.Run.ID, r.Run.Scenario.Name, c.Load, c.Subject, server, fmt.Sprint(processes),
		fmt.Sprint(c.Trial), sliceNumber(c), c.Status, c.Error, string(c.Verdict.Level), strings.Join(reasons, "; "),
		c.Bound.Kind, bound}
	for _, m := range metric.All() {
		field := ""
		if v := c.Values[m.ID]; v.OK {
			field = decimal(v.V)
		}
		line = append(line, field)
	}
	return append(line, anatomyLine(&c.Anatomy)...)
}

// sliceNumber is empty for a trial in one go.
func sliceNumber(c *metric.Cell) string {
	if c.Slice == 0 {
		return ""
	}
	return fmt.Sprint(c.Slice)
}

// searchFields are the fields of the trial of a search: its rate, its verdict and,
// with the last trial, what the search found.
func searchFields(s *metric.Summary, cell int) []string {
	for i := range s.Searches {
		points := s.Searches[i].Points
		for j, p := range points {
			if p.Cell != cell {
				continue
			}
			result := ""
			if j == len(points)-1 {
				result = s.Searches[i].Words
			}
			return []string{decimal(p.Rate), p.Verdict, result}
		}
	}
	return []string{"", "", ""}
}

// decimal prints a number without unit or separators, to six decimals.
func decimal(v float64) string {
	s := strconv.FormatFloat(v, 'f', 6, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
