package metric

import (
	"fmt"
	"math"
)

// backlog says whether the number of requests in flight grew through the window
// of a load that is steady, and by how many requests per second. Then the
// percentiles measure how long one looked, and are not printed.
//
// In a stable system, what is due exceeds what completes by the difference of
// two counts in flight, whose standard deviation is about sqrt(2N): growth is
// called only beyond three of these, and beyond 2% of what was due.
func (f *facts) backlog() (perSecond float64, growing bool) {
	if _, ok := f.raw(); !ok || !f.load.Open || f.load.Changing {
		return 0, false
	}
	first, second := f.meanInFlight()
	due := float64(f.cell.Generator.Scheduled)
	short := due - float64(f.doneIn)
	if short < max(0.02*due, 3*math.Sqrt(2*first)) {
		return 0, false
	}
	if second-first < max(1, 0.1*first, 2*math.Sqrt(first)) {
		return 0, false
	}
	return short / f.cell.Generator.Window.Seconds(), true
}

// diverging is the value of a percentile while the backlog grows.
func diverging(perSecond float64) Value {
	return unbounded(perSecond, fmt.Sprintf("backlog +%s/s", Thousands(fmt.Sprintf("%.0f", perSecond))),
		"the backlog grew through the window: a percentile would measure how long one looked")
}
