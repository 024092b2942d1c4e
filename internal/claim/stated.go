package claim

import (
	"math"
	"strings"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Stated is the figure that a claim states: what was measured can be divided by it.
type Stated struct {
	Value float64 // in the metric's base unit, or a factor
	Text  string  // "187.23/s", "≤ 60ms", "≥ 2 times"
	// Low and High are the edges of what is stated; 0 and +Inf where it has none.
	Low, High float64
	Unit      func(float64) string // prints a figure of its kind
}

// Stated is the figure of a claim; ok is false where it states none that is positive.
func (r Result) Stated() (s Stated, ok bool) {
	j := r.Claim.Judge
	m, known := metric.ByID(r.Claim.Metric)
	if !known || !(j.Value > 0) {
		return s, false
	}
	s = Stated{Value: j.Value, Low: j.Value, High: math.Inf(1)}
	text := stated(m.Unit, j.Value)
	s.Unit = size(m.Unit)
	if strings.HasSuffix(text, " MB") { // as the document has it
		s.Unit = func(v float64) string { return times(v/1e6) + " MB" }
	}
	if j.Kind == record.JudgeRatio || j.Kind == record.JudgeFactor {
		text = digits(j.Value) + " times"
		s.Unit = func(v float64) string { return times(v) + " times" }
	}
	switch j.Kind {
	case record.JudgeValue, record.JudgeRatio:
		want := around(j.Value, j.Tolerance)
		s.Text, s.Low, s.High = text, want.lo, want.hi
	case record.JudgeAtLeast, record.JudgeFactor:
		s.Text = "≥ " + text
	case record.JudgeAtMost:
		s.Text, s.Low, s.High = "≤ "+text, 0, j.Value
	default:
		return s, false
	}
	return s, true
}
