package claimset

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/record"
)

// none stands where there is nothing to show.
const none = "–"

// place is where the claim is made.
func place(c *record.Claim) string {
	if c.Section == "" {
		return c.Document
	}
	return c.Document + ", " + c.Section
}

// details are the sentences below the table: what was stated of which configuration,
// what was measured, and the reasons.
func (r *Result) details() []string {
	c := &r.Claim
	lines := []string{"stated: " + c.Stated + " (" + place(c) + ")"}
	if c.Row != "" {
		lines = append(lines, fmt.Sprintf("as stated: %s under %s, %s", c.Row, c.Load, c.Metric))
	}
	measured := "measured: "
	if r.Verdict == record.NotMeasured {
		measured = "not measured: "
	}
	return append(append(lines, measured+r.Measured), r.Reasons()...)
}
