package claim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
)

// size prints a figure as the tables do: rates end in "/s".
func size(u metric.Unit) func(float64) string {
	return func(v float64) string {
		if math.IsInf(v, 0) {
			return "any"
		}
		return strings.Replace(u.Format(v), " req/s", "/s", 1)
	}
}

// times prints a factor.
func times(v float64) string {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return fmt.Sprintf("%.0f", v)
	}
	decimals := min(max(0, 2-int(math.Floor(math.Log10(math.Abs(v))))), 6)
	return metric.Thousands(strconv.FormatFloat(v, 'f', decimals, 64))
}

// between is a range with its unit said once: "11.3–11.5/s".
func between(print func(float64) string, lo, hi float64) string {
	a, b := print(lo), print(hi)
	if unitOf(a) == unitOf(b) {
		a = strings.TrimSuffix(a, unitOf(a))
	}
	return a + "–" + b
}

// unitOf a printed figure is what follows its digits.
func unitOf(figure string) string {
	return figure[strings.LastIndexAny(figure, "0123456789")+1:]
}

// stated prints a figure as a document would, with all its digits: "1,043.67/s", "60ms",
// "95 MB".
func stated(u metric.Unit, v float64) string {
	switch u {
	case metric.PerSecond:
		return digits(v) + "/s"
	case metric.Nanoseconds:
		return time.Duration(v).String()
	case metric.Share:
		return digits(math.Round(v*1e8)/1e6) + "%"
	case metric.Bytes:
		if mb := v / 1e6; mb >= 1 && mb == math.Trunc(mb) {
			return digits(mb) + " MB"
		}
		return u.Format(v)
	}
	return digits(v)
}

// digits are all that a number has.
func digits(v float64) string { return metric.Thousands(strconv.FormatFloat(v, 'f', -1, 64)) }

// off says how far a figure is from the stated one: "2.4 times the stated", "18% below
// the stated".
func off(at span, want float64, text string) string {
	if !at.known() || want == 0 {
		return ", where " + text + " is stated"
	}
	switch r := at.lo / want; {
	case r > 1.5 || r < 1/1.5:
		return fmt.Sprintf(", %s times the stated %s", times(r), text)
	case r > 1:
		return fmt.Sprintf(", %s%% above the stated %s", percent(r-1), text)
	default:
		return fmt.Sprintf(", %s%% below the stated %s", percent(1-r), text)
	}
}

func percent(share float64) string {
	if share < 0.0995 {
		return strconv.FormatFloat(share*100, 'f', 1, 64)
	}
	return strconv.FormatFloat(share*100, 'f', 0, 64)
}

// short is the figure alone.
func (m measured) short() string {
	return strings.Replace(m.row.Format(m.metric), " req/s", "/s", 1)
}

// words are the figure and its interval: "11.4/s (11.3–11.5)".
func (m measured) words() string {
	text := m.short()
	if i := m.Interval; i != nil {
		bounds := between(size(m.metric.Unit), i.Lo, i.Hi)
		if unitOf(bounds) == unitOf(text) {
			bounds = strings.TrimSuffix(bounds, unitOf(text))
		}
		text += " (" + bounds + ")"
	}
	return text
}

// boundWords say what kept a row from more.
func boundWords(b metric.Bound) string {
	if b.Kind == metric.Unexplained {
		return "not explained by any known ceiling"
	}
	return "bound by " + b.Kind + ": " + b.Why
}
