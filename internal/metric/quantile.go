package metric

import (
	"fmt"
	"math"
	"time"

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
	return quantileOf(sorted, q, f.cell.Generator.Window)
}

func quantileOf(sorted []int64, q float64, window time.Duration) Value {
	v, ok := stats.Quantile(sorted, q)
	if !ok {
		return missing(fmt.Sprintf("p%g needs %s, there are %s", math.Round(q*1e4)/100,
			Count(stats.Needed(q), "sample"), Thousands(fmt.Sprint(len(sorted)))))
	}
	if v == never {
		return unbounded(window.Seconds(), fmt.Sprintf("> %.1f s", window.Seconds()),
			"that many requests had no answer when the drain ended (or were never sent)")
	}
	return known(float64(v))
}
