// Package claim judges what documents state by what was measured.
package claim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Problem is something wrong with a claim.
type Problem struct {
	Part    string // "metric", "judge"; as in scenario.Claim.Pos
	What    string
	Instead string // what to write instead
}

// Result is the verdict on a claim.
type Result struct {
	Claim    record.Claim    `json:"claim"`
	Verdict  string          `json:"verdict"`
	Measured string          `json:"measured,omitempty"`
	Value    *float64        `json:"value,omitempty"`
	Interval *stats.Interval `json:"interval,omitempty"`
	Ceiling  string          `json:"ceiling,omitempty"`
	Instead  []Evidence      `json:"instead,omitempty"`
	Go       []Evidence      `json:"go,omitempty"`
	Notes    []string        `json:"notes,omitempty"`
}

// Evidence is what was measured elsewhere.
type Evidence struct {
	record.Point
	Measured string          `json:"measured,omitempty"`
	Value    *float64        `json:"value,omitempty"`
	Interval *stats.Interval `json:"interval,omitempty"`
	Met      bool            `json:"met"`
	Absence  string          `json:"absence,omitempty"` // why it is not known whether
}

// Differs says that the verdict is not the one expected.
func (r Result) Differs() bool { return r.Verdict != r.Claim.Expect }

// Check finds what is wrong with a claim.
func Check(c record.Claim) []Problem {
	if c.Unmeasured != "" {
		return nil
	}
	m, known := metric.ByID(c.Metric)
	if !known {
		var ids []string
		for _, m := range metric.All() {
			ids = append(ids, m.ID)
		}
		return []Problem{{"metric", fmt.Sprintf("unknown metric %q", c.Metric), "write one of " + strings.Join(ids, ", ")}}
	}
	if u := c.Judge.Unit; u != "" && u != record.UnitNumber && u != string(m.Unit) {
		return []Problem{{"judge", "the value does not fit the metric: " + m.ID + " is no " + u, "write a value of its unit"}}
	}
	return nil
}

// Judge judges the claims of a record: of kinds value, at_least, at_most only.
func Judge(run *record.Run, s *metric.Summary) []Result {
	var results []Result
	for _, c := range run.Scenario.Claims {
		results = append(results, judge(run, s, c))
	}
	return results
}

func judge(run *record.Run, s *metric.Summary, c record.Claim) Result {
	r := Result{Claim: c, Verdict: record.NotMeasured}
	if c.Unmeasured != "" {
		r.Measured = c.Unmeasured
		return r
	}
	i := slices.IndexFunc(s.Rows, func(row metric.Row) bool { return row.Subject == c.Row && row.Load == c.Load })
	if i < 0 {
		return r
	}
	row := &s.Rows[i]
	if row.State != metric.Measured {
		r.Measured = row.Absence()
		return r
	}
	m, _ := metric.ByID(c.Metric)
	v := row.Values[m.ID].Median
	r.Measured = v.Format(m.Unit) + ", bound by " + row.Bound.Kind
	if !v.OK {
		return r
	}
	r.Value = &v.V
	for _, cell := range run.Cells {
		if cell.Subject == c.Row && cell.Load == c.Load && len(cell.Ceilings) > 0 &&
			c.Judge.Kind != record.JudgeAtMost && c.Judge.Value > 1.02*cell.Ceilings[0].Rate {
			r.Verdict, r.Ceiling = record.Impossible, cell.Ceilings[0].Why
			return r
		}
	}
	stated, off := c.Judge.Value, c.Judge.Tolerance
	met := map[string]bool{
		record.JudgeValue:   v.V >= stated*(1-off) && v.V <= stated*(1+off),
		record.JudgeAtLeast: v.V >= stated, record.JudgeAtMost: v.V <= stated,
	}
	r.Verdict = record.NotReproduced
	if met[strings.TrimSpace(c.Judge.Kind)] {
		r.Verdict = record.Reproduced
	}
	return r
}
