package claim

import "fmt"

// Reasons are what stands below a claim in a report, a sentence each: why it comes out
// so, the ceiling, where it does come out, what Go does, and notes.
func (r Result) Reasons() []string {
	var lines []string
	if r.Claim.Because != "" {
		lines = append(lines, "because: "+r.Claim.Because)
	}
	if r.Ceiling != "" {
		lines = append(lines, r.Ceiling)
	}
	for _, e := range r.Instead {
		lines = append(lines, r.insteadWords(e))
	}
	for _, e := range r.Go {
		lines = append(lines, fmt.Sprintf("Go, %s: %s", r.Place(e), e.Measured))
	}
	lines = append(lines, r.Notes...)
	if r.Differs() {
		lines = append(lines, "expected was "+r.Claim.Expect)
	}
	return lines
}

func (r Result) insteadWords(e Evidence) string {
	switch {
	case e.Absence != "":
		return fmt.Sprintf("with %s: not measured: %s", r.Place(e), e.Measured)
	case e.Met:
		return fmt.Sprintf("comes out with %s: %s", r.Place(e), e.Measured)
	}
	return fmt.Sprintf("does not come out with %s: %s", r.Place(e), e.Measured)
}

// Place names the configuration of a piece of evidence by what differs from the stated one.
func (r Result) Place(e Evidence) string {
	text := e.Row
	if e.To != "" && e.To != r.Claim.To {
		text += " to " + e.To
	}
	if e.Load != r.Claim.Load {
		text += " under " + e.Load
	}
	return text
}
