package scenario

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/shape"
)

func (s *Scenario) writeClaims(w io.Writer) {
	if len(s.Claims) > 0 {
		fmt.Fprintln(w, "claims:")
	}
	for i := range s.Claims {
		writeClaim(w, &s.Claims[i].Claim)
	}
}

func writeClaim(w io.Writer, c *record.Claim) {
	fmt.Fprintf(w, "  - id: %s\n", quote(c.ID))
	field := func(key, text string) {
		if text != "" {
			fmt.Fprintf(w, "    %s: %s\n", key, text)
		}
	}
	section := ""
	if c.Section != "" {
		section = ", section: " + quote(c.Section)
	}
	field("source", "{document: "+quote(c.Document)+section+"}")
	field("stated", quote(c.Stated))
	if c.Unmeasured != "" {
		field("unmeasured", quote(c.Unmeasured))
	} else {
		field("row", quote(c.Row))
		field("load", quote(c.Load))
		field("metric", quote(c.Metric))
		field("judge", judgeText(c))
	}
	if len(c.Instead) > 0 {
		fmt.Fprintln(w, "    instead:")
	}
	for _, p := range c.Instead {
		to := ""
		if p.To != "" {
			to = ", to: " + quote(p.To)
		}
		fmt.Fprintf(w, "      - {row: %s, load: %s%s}\n", quote(p.Row), quote(p.Load), to)
	}
	if len(c.Go) > 0 {
		field("go", listText(c.Go))
	}
	field("expect", quote(c.Expect))
	if c.Because != "" {
		field("because", quote(c.Because))
	}
	if c.Core {
		field("core", "true")
	}
	if c.Solve != nil {
		field("solve", solveText(c.Solve))
	}
}

func judgeText(c *record.Claim) string {
	j := c.Judge
	tolerance := ", tolerance: " + share(j.Tolerance)
	switch j.Kind {
	case record.JudgeRatio:
		return fmt.Sprintf("{%s: %s, to: %s%s}", j.Kind, valueText(j), quote(c.To), tolerance)
	case record.JudgeFactor:
		return fmt.Sprintf("{%s: %s, to: %s}", j.Kind, valueText(j), quote(c.To))
	case record.JudgeOrder:
		return fmt.Sprintf("{%s: %s}", j.Kind, listText(j.Order))
	case record.JudgeGrowth:
		return fmt.Sprintf("{%s: linear, over: %s%s}", j.Kind, listText(j.Over), tolerance)
	case record.JudgeValue:
		return fmt.Sprintf("{%s: %s%s}", j.Kind, valueText(j), tolerance)
	}
	return fmt.Sprintf("{%s: %s}", j.Kind, valueText(j))
}

// valueText is a stated value in the notation that parseValue reads, exactly.
func valueText(j record.Judge) string {
	plain := strconv.FormatFloat(j.Value, 'f', -1, 64)
	switch j.Unit {
	case record.UnitRate:
		return shape.RateText(j.Value)
	case record.UnitDuration:
		return time.Duration(j.Value).String()
	case record.UnitBytes:
		return plain + "B"
	case record.UnitShare:
		return percentText(j.Value)
	}
	return plain
}

// percentText finds the percentage that is read as v: dividing by a hundred rounds.
func percentText(v float64) string {
	p := v * 100
	for _, near := range []float64{p, math.Nextafter(p, 0), math.Nextafter(p, math.Inf(1))} {
		if near/100 == v {
			p = near
			break
		}
	}
	return strconv.FormatFloat(p, 'f', -1, 64) + "%"
}

func solveText(s *record.Solve) string {
	if s.Set == "" {
		return fmt.Sprintf("{row: %s, load: %s, connections: {from: %d, to: %d}}", quote(s.Row), quote(s.Load), s.From, s.To)
	}
	return fmt.Sprintf("{row: %s, load: %s, set: %s, from: %d, to: %d}", quote(s.Row), quote(s.Load), quote(s.Set), s.From, s.To)
}

// listText is a list in the notation of a scenario file.
func listText(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
