package report

import (
	"io"
	"strings"

	"github.com/notifybench/notifybench/internal/chart"
	"github.com/notifybench/notifybench/internal/claim"
)

// ClaimsChart draws the claims that state a figure and have one measured, in a format
// of package chart. The others are named below. Without any there is no chart.
func ClaimsChart(w io.Writer, format, subtitle string, results []claim.Result) (drawn bool, err error) {
	var rows []chart.Claim
	var absent []string
	for _, r := range results {
		stated, ok := r.Stated()
		switch {
		case r.Verdict == claim.NotMeasured:
			absent = append(absent, r.Claim.ID)
		case ok && r.Value != nil && *r.Value > 0:
			rows = append(rows, claimRow(&r, stated))
		default:
			absent = append(absent, r.Claim.ID)
		}
	}
	var foot []string
	if len(absent) > 0 {
		foot = []string{"Not measured, or without a single figure: " + strings.Join(absent, ", ")}
	}
	if len(rows) == 0 {
		return false, nil
	}
	return true, chart.DrawClaims(w, format, subtitle, rows, foot)
}

func claimRow(r *claim.Result, s claim.Stated) chart.Claim {
	row := chart.Claim{Name: r.Claim.ID, Stated: s.Text, Measured: *r.Value / s.Value, Text: s.Unit(*r.Value),
		Low: s.Low / s.Value, High: s.High / s.Value, Ceiling: r.CeilingRate / s.Value,
		Met: r.Verdict == claim.Reproduced, Impossible: r.Verdict == claim.Impossible}
	if i := r.Interval; i != nil {
		row.Lo, row.Hi = i.Lo/s.Value, i.Hi/s.Value
	}
	for _, e := range r.Instead {
		if e.Met && e.Value != nil && *e.Value > 0 {
			row.Instead = append(row.Instead, *e.Value/s.Value)
			row.Note = "comes out with " + r.Place(e) + ": " + s.Unit(*e.Value)
		}
	}
	return row
}
