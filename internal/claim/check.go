package claim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Problem is what is wrong with a part of a claim. Whoever knows the file adds the place.
type Problem struct {
	Part    string // "metric", "judge", "expect"
	What    string
	Instead string // what to write instead
}

// Check finds what is wrong with a claim without knowing the rows and loads.
func Check(c record.Claim) []Problem {
	list := checkExpect(&c)
	if c.Unmeasured != "" {
		return list
	}
	m, known := metric.ByID(c.Metric)
	if !known {
		list = append(list, Problem{"metric", fmt.Sprintf("unknown metric %q", c.Metric), "write one of " + metricIDs()})
	}
	j, knownJudge := judgeOf(c.Judge.Kind)
	if !knownJudge {
		list = append(list, Problem{"judge", fmt.Sprintf("unknown judge %q", c.Judge.Kind), "write one of " + kindNames()})
	}
	if known && knownJudge {
		list = append(list, j.check(&c, m)...)
	}
	return list
}

func checkExpect(c *record.Claim) []Problem {
	known := slices.ContainsFunc(verdicts(), func(v verdict) bool { return v.name == c.Expect })
	switch {
	case !known:
		return []Problem{{"expect", fmt.Sprintf("unknown verdict %q", c.Expect), "write one of " + verdictNames()}}
	case c.Unmeasured != "" && c.Expect != NotMeasured:
		return []Problem{{"expect", "what is unmeasured has no other verdict than " + NotMeasured, "write expect: " + NotMeasured}}
	case c.Expect == Impossible && !boundable(c):
		return []Problem{{"expect", "only a stated rate can be " + Impossible + ": ceilings are known of nothing else",
			"judge " + metric.Achieved + " by value or at_least, or expect " + NotReproduced}}
	}
	return nil
}

func metricIDs() string {
	var ids []string
	for _, m := range metric.All() {
		ids = append(ids, m.ID)
	}
	return strings.Join(append(ids, metric.Capacity), ", ")
}

func kindNames() string {
	var names []string
	for _, j := range judges() {
		names = append(names, j.kind)
	}
	return strings.Join(names, ", ")
}

func join(lists ...[]Problem) []Problem { return slices.Concat(lists...) }

// fits sees that the stated value was written in the metric's unit.
func fits(c *record.Claim, m metric.Metric) []Problem {
	unit := c.Judge.Unit
	example, number := exampleOf(m.Unit)
	if unit == "" || unit == string(m.Unit) || unit == record.UnitNumber && number {
		return nil
	}
	return []Problem{{"judge", fmt.Sprintf("the value does not fit the metric: %s is in %s", m.ID, unitName(m.Unit)),
		"write it like " + example}}
}

// exampleOf a value in a unit, and whether a plain number will do.
func exampleOf(u metric.Unit) (example string, number bool) {
	switch u {
	case metric.PerSecond:
		return "187.23/s", false
	case metric.Nanoseconds:
		return "60ms", false
	case metric.Bytes:
		return "95MB", false
	case metric.Share:
		return "25%", true
	}
	return "3", true
}

func unitName(u metric.Unit) string {
	switch u {
	case metric.PerSecond:
		return "requests per second"
	case metric.Nanoseconds:
		return "time"
	case metric.Share:
		return "percent"
	}
	return string(u)
}

// plain sees that a factor was written without a unit.
func plain(c *record.Claim) []Problem {
	if c.Judge.Unit == "" || c.Judge.Unit == record.UnitNumber {
		return nil
	}
	return []Problem{{"judge", "a factor has no unit", "write a plain number, such as 5.5"}}
}

func positive(c *record.Claim) []Problem {
	if c.Judge.Value > 0 {
		return nil
	}
	return []Problem{{"judge", "a stated value of 0 or less has no tolerance and no factor", "write at_most or at_least"}}
}

// tolerated sees to a tolerance that says something: with none nothing measured would
// ever be within it, with all of it anything would.
func tolerated(c *record.Claim) []Problem {
	if t := c.Judge.Tolerance; t > 0 && t < 1 {
		return nil
	}
	return []Problem{{"judge", "the tolerance is not between 0 and 100%", "write tolerance: 15%"}}
}

func exact(c *record.Claim) []Problem {
	if c.Judge.Tolerance == 0 {
		return nil
	}
	return []Problem{{"judge", c.Judge.Kind + " takes no tolerance", "leave it out, or judge by value or ratio"}}
}

func compared(c *record.Claim) []Problem {
	switch c.To {
	case "":
		return []Problem{{"judge", c.Judge.Kind + " needs a row to compare with", "write to: ROW"}}
	case c.Row:
		return []Problem{{"judge", "the row is compared with itself", "write to: another row"}}
	}
	return nil
}
