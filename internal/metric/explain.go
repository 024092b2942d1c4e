package metric

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/record"
)

func compare(a, b float64) int { return cmp.Compare(a, b) }

// summarizeReasons says each reason of a level once, in the words of the first
// trial that has it, and how many trials have it.
func summarizeReasons(cells []*measured, level Level) string {
	var order []string
	texts, counts, first := map[string]string{}, map[string]int{}, map[string]*measured{}
	for _, c := range cells {
		for _, f := range c.Verdict.Findings {
			if f.Level != level {
				continue
			}
			if counts[f.Check]++; counts[f.Check] == 1 {
				order = append(order, f.Check)
				texts[f.Check], first[f.Check] = f.Text, c
			}
		}
	}
	var parts []string
	for _, check := range order {
		text := texts[check]
		if len(cells) > 1 {
			text += fmt.Sprintf(" (in %s; the like in %d of %d)",
				place(first[check].Trial, first[check].Slice), counts[check], len(cells))
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// place names a cell among those of its row.
func place(trial, slice int) string {
	if slice > 0 {
		return fmt.Sprintf("trial %d, slice %d", trial, slice)
	}
	return fmt.Sprintf("trial %d", trial)
}

// cellWord is the noun for the cells of a row.
func cellWord(cells []*measured) string {
	if len(cells) > 0 && cells[0].Slice > 0 {
		return "slice"
	}
	return "trial"
}

func invalidOf(cells []*measured) []*measured {
	return slices.DeleteFunc(slices.Clone(cells), func(c *measured) bool { return c.Verdict.Level != Invalid })
}

// explainAbsence says why a row has no numbers.
func explainAbsence(row *Row, run *record.Run, subject *record.Subject) {
	switch {
	case subject.Missing != "":
		row.State, row.Why = Missing, subject.Missing
		return
	case subject.BuildError != "":
		row.State, row.Why = Missing, "did not build: "+subject.BuildError
		return
	}
	row.State, row.Why = NotMeasured, "the run did not get there"
	for i := range run.Cells {
		c := &run.Cells[i]
		if c.Subject == row.Subject && c.Load == row.Load && c.Status == record.StatusFailed {
			row.State, row.Why, row.LogTail = Failed, c.Error, c.LogTail
			return
		}
	}
}

// refusals is the share of the answers of a row that were not good: they have a
// latency, often a very short one.
func refusals(run *record.Run, r *Row) float64 {
	var answered, bad uint64
	for i := range run.Cells {
		c := &run.Cells[i]
		if c.Subject != r.Subject || c.Load != r.Load {
			continue
		}
		for outcome, n := range c.Generator.Outcomes {
			if !outcome.Answered() {
				continue
			}
			answered += n
			if !outcome.Good() {
				bad += n
			}
		}
	}
	if answered == 0 {
		return 0
	}
	return float64(bad) / float64(answered)
}

// levelWords introduces reasons of a level.
func levelWords(l Level) string {
	if l == Unchecked {
		return "not checked: "
	}
	return ""
}
