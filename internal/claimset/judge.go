package claimset

import (
	"fmt"
	"strings"

	"github.com/notifybench/notifybench/internal/claim"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Judge judges the claims of a record, and says of each what it rests on that is broken.
func Judge(run *record.Run, s *metric.Summary) []Result {
	var results []Result
	for _, r := range claim.Judge(run, s) {
		results = append(results, Result{Scenario: run.Scenario.Name, Broken: broken(&r.Claim, s), Result: r})
	}
	return results
}

// Unmeasured judges claims of a scenario of which nothing is measured.
func Unmeasured(scenario string, claims []record.Claim) []Result {
	return Judge(&record.Run{Scenario: record.Scenario{Name: scenario, Claims: claims}}, &metric.Summary{})
}

// broken names the rows without which there is no verdict, and that have no number to
// believe though they were to be measured.
func broken(c *record.Claim, s *metric.Summary) string {
	var words []string
	for _, p := range c.Needs() {
		for i := range s.Rows {
			row := &s.Rows[i]
			if row.Subject != p.Row || row.Load != p.Load {
				continue
			}
			if row.Broken() || row.State == metric.NotMeasured {
				words = append(words, fmt.Sprintf("%s under %s: %s", p.Row, p.Load, row.Absence()))
			}
		}
	}
	return strings.Join(words, "; ")
}

// Contradicts says that a verdict was reached and is not the one expected.
func (r *Result) Contradicts() bool { return r.Verdict != record.NotMeasured && r.unlike() }

// Spoilt says that there is no verdict, though one was expected and everything needed
// is installed: what was measured is not to be believed.
func (r *Result) Spoilt() bool {
	return r.Verdict == record.NotMeasured && r.unlike() && r.Broken != ""
}

// unlike says that the verdict is not the one expected, for whatever reason.
func (r *Result) unlike() bool { return r.Verdict != r.Claim.Expect }

// Tally counts verdicts.
type Tally struct {
	Verdicts    map[string]int
	Contradicts []string // IDs
	Spoilt      []string
	Absent      int // not measured though a verdict was expected, and nothing is broken
}

// Count counts the verdicts of a set.
func (s *Set) Count() Tally {
	t := Tally{Verdicts: map[string]int{}}
	for i := range s.Results {
		r := &s.Results[i]
		t.Verdicts[r.Verdict]++
		switch {
		case r.Contradicts():
			t.Contradicts = append(t.Contradicts, r.Claim.ID)
		case r.Spoilt():
			t.Spoilt = append(t.Spoilt, r.Claim.ID)
		case r.unlike():
			t.Absent++
		}
	}
	return t
}

// String is the count in words: "31 reproduced, 5 not reproduced, 6 impossible as
// stated, 2 not measured; 0 differ from what is expected".
func (t Tally) String() string {
	var words []string
	for _, v := range record.Verdicts() {
		words = append(words, fmt.Sprintf("%d %s", t.Verdicts[v], strings.ToLower(v)))
	}
	text := strings.Join(words, ", ")
	if n := t.Absent + len(t.Spoilt); n > 0 {
		text += fmt.Sprintf(" (%d of them for want of a server or of valid trials)", n)
	}
	if len(t.Contradicts) == 1 {
		return text + "; 1 differs from what is expected: " + t.Contradicts[0]
	}
	text += fmt.Sprintf("; %d differ from what is expected", len(t.Contradicts))
	if len(t.Contradicts) > 0 {
		text += ": " + strings.Join(t.Contradicts, ", ")
	}
	return text
}
