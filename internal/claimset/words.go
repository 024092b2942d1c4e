package claimset

import (
	"fmt"
	"strings"

	"github.com/notifybench/notifybench/internal/claim"
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

// boundBy parts what was measured from what bound it.
const boundBy = ", bound by "

// parts are the figure, and what is said of what bound it; empty: nothing.
func (r *Result) parts() (figure, bound string) {
	for _, mark := range []string{boundBy, ", not explained"} {
		if i := strings.Index(r.Measured, mark); i >= 0 {
			return r.Measured[:i], strings.TrimPrefix(strings.TrimPrefix(r.Measured[i:], boundBy), ", ")
		}
	}
	return r.Measured, ""
}

// measured is the number alone.
func (r *Result) measured() string {
	if r.Verdict == record.NotMeasured || r.Measured == "" {
		return none
	}
	figure, _ := r.parts()
	return figure
}

// why is what bound it, the arithmetic that forbids it, or why there is no verdict.
func (r *Result) why() string {
	_, bound := r.parts()
	switch {
	case r.Ceiling != "":
		return r.Ceiling
	case r.Verdict == record.NotMeasured:
		return r.absence()
	case bound != "":
		return bound
	case r.Claim.Because != "":
		return r.Claim.Because
	}
	return none
}

// absence says why there is no verdict.
func (r *Result) absence() string {
	for _, text := range append([]string{r.Claim.Unmeasured, r.Broken, r.Measured}, r.Notes...) {
		if text != "" {
			return text
		}
	}
	return none
}

// details are the sentences below the table.
func (r *Result) details() []string {
	c := &r.Claim
	lines := []string{fmt.Sprintf("%s: %s; expected %s.", c.ID, r.Verdict, c.Expect), "Stated: " + c.Stated + " (" + place(c) + ")"}
	if c.Row != "" {
		lines = append(lines, fmt.Sprintf("As stated: %s under %s, %s", c.Row, c.Load, c.Metric))
	}
	switch {
	case r.Verdict == record.NotMeasured:
		lines = append(lines, "Why not: "+r.absence())
	case r.Measured != "":
		lines = append(lines, "Measured: "+r.Measured)
	}
	if r.Ceiling != "" {
		lines = append(lines, "Ceiling: "+r.Ceiling)
	}
	for _, e := range r.Instead {
		comes := "Does not come out with "
		if e.Met {
			comes = "Comes out with "
		}
		if e.Absence != "" {
			comes = "Instead: "
		}
		lines = append(lines, comes+evidence(e))
	}
	for _, e := range r.Go {
		lines = append(lines, "In Go: "+evidence(e))
	}
	for _, n := range r.Notes {
		lines = append(lines, "Note: "+n)
	}
	if c.Because != "" {
		lines = append(lines, "Because: "+c.Because)
	}
	return lines
}

// evidence is what was measured elsewhere.
func evidence(e claim.Evidence) string {
	text := e.Measured
	if e.Absence != "" {
		text = "not measured: " + text
	}
	return fmt.Sprintf("%s under %s: %s", e.Row, e.Load, text)
}
