package metric

import (
	"fmt"
	"math"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// quantile is the value of the q-quantile of sorted times.
func (f *facts) quantile(sorted []int64, q float64) Value {
	if why, ok := f.raw(); !ok {
		return missing(why)
	}
	if rate, growing := f.backlog(); growing {
		return diverging(rate)
	}
	return quantileOf(sorted, q, f.patience())
}

// patience is how long requests without an answer have been waited for.
func (f *facts) patience() time.Duration {
	window, timeout := f.cell.Generator.Window, f.run.Scenario.Timeout
	if f.cell.Generator.Outcomes[record.OutcomeTimeout] > 0 && timeout > 0 {
		return min(window, timeout)
	}
	return window
}

// quantileOf is the q-quantile. Where too few samples support it, but the median
// already lies among the requests that never ended, so does the quantile.
func quantileOf(sorted []int64, q float64, window time.Duration) Value {
	v, ok := stats.Quantile(sorted, q)
	if m, enough := stats.Quantile(sorted, 0.5); !ok && q > 0.5 && enough && m == never {
		v, ok = m, true
	}
	if !ok {
		return missing(fmt.Sprintf("p%g needs %s, there are %s", math.Round(q*1e4)/100,
			Count(stats.Needed(q), "sample"), Thousands(fmt.Sprint(len(sorted)))))
	}
	if v == never {
		return longer(window, "that many requests had no answer when the drain ended (or were never sent)")
	}
	return known(float64(v))
}
