package gateset

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/stats"
)

// name is a metric for people; one that is not known here has its ID.
func name(id string) string {
	if m, ok := metric.ByID(id); ok {
		return m.Name
	}
	return clean(id)
}

// value is a figure of a metric with its unit, or bare where the metric is not known.
func value(id string, v float64) string {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) { // a median of what has a logarithm
		return metric.NotAvailable
	}
	if m, ok := metric.ByID(id); ok {
		return m.Unit.Format(v)
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// label names what is judged: a metric under a load.
func label(r *gate.Rule) string { return name(r.Metric) + " under " + clean(r.Load) }

// estimated says that there is an estimate: of fewer than two blocks there is none.
func estimated(f *gate.Finding) bool {
	return f.Blocks > 1 && f.Arms[gate.Base] > 0 && !math.IsNaN(f.Change) && !math.IsInf(f.Change, 0)
}

// interval is that of 95%; ok is false where there is none.
func interval(f *gate.Finding) (i stats.Interval, ok bool) {
	i = f.Interval
	bad := math.IsNaN(i.Lo) || math.IsNaN(i.Hi) || math.IsInf(i.Lo, 0) || math.IsInf(i.Hi, 0) || i.Lo > i.Hi
	return i, estimated(f) && !bad
}

// tolerance is how much worse it may get, as a share: a floor may allow for more than
// the policy's.
func tolerance(f *gate.Finding) float64 {
	if base := f.Arms[gate.Base]; base > 0 {
		return max(f.Tolerance, f.Floor/base)
	}
	return f.Tolerance
}

// percent prints a share: one decimal below a hundred.
func percent(share float64) string {
	p := math.Abs(share * 100)
	if p < 99.95 {
		return strconv.FormatFloat(p, 'f', 1, 64) + "%"
	}
	return metric.Thousands(strconv.FormatFloat(p, 'f', 0, 64)) + "%"
}

// plain prints a share of the policy: "5%", "0.5%".
func plain(share float64) string { return strconv.FormatFloat(share*100, 'g', 3, 64) + "%" }

// signed prints a change: positive is worse.
func signed(change float64) string {
	p := percent(change)
	switch {
	case p == "0.0%":
		return p
	case change < 0:
		return "-" + p
	}
	return "+" + p
}

// changed is the estimate in words: "5.2% worse".
func changed(f *gate.Finding) string {
	if !estimated(f) {
		return metric.NotAvailable
	}
	p := percent(f.Change)
	switch {
	case p == "0.0%":
		return p
	case f.Change < 0:
		return p + " better"
	}
	return p + " worse"
}

// ranged is the interval in words: "-0.4% to +1.2%".
func ranged(f *gate.Finding) string {
	i, ok := interval(f)
	if !ok {
		return metric.NotAvailable
	}
	return signed(i.Lo) + " to " + signed(i.Hi)
}

// verdict prints one; where there is none yet it says so.
func verdict(v gate.Verdict) string {
	if v == gate.Undecided {
		return "undecided"
	}
	return string(v)
}

// headline is the verdict in one sentence.
func headline(v gate.Verdict, why string) string {
	if why = sentence(why); why == "" {
		return verdict(v)
	}
	return verdict(v) + ": " + why
}

// sentence is the first line of a reason, behind which the end of a log may follow.
func sentence(why string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(clean(why)), "\n")
	return strings.TrimRight(first, " .:")
}

// open says what an undecided metric would have taken, where its reason does not.
func open(f *gate.Finding, why string) []string {
	if f.Visible <= 0 || strings.Contains(why, percent(f.Visible)) || strings.Contains(why, fmt.Sprintf("%.0f%%", f.Visible*100)) {
		return nil
	}
	parts := []string{"a change of " + percent(f.Visible) + " would have been seen here"}
	switch limit := plain(tolerance(f)); {
	case f.Needs > f.Blocks:
		parts = append(parts, fmt.Sprintf("to see %s takes %s", limit, metric.Count(f.Needs, "block")))
	case f.Needs == 0:
		parts = append(parts, "to see "+limit+" takes more blocks than can be said")
	}
	return parts
}

// explained is why a metric has its verdict, in one line; empty where there is nothing
// to say beyond its figures.
func explained(f *gate.Finding) string {
	var parts []string
	if why := sentence(f.Why); why != "" {
		parts = append(parts, why)
	}
	return strings.Join(append(parts, open(f, f.Why)...), "; ")
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`)

// clean takes out of a text what would steer a terminal: it may be a log's.
func clean(s string) string {
	s = escapes.ReplaceAllString(strings.ToValidUTF8(s, "\uFFFD"), "")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}
