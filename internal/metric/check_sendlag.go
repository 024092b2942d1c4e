package metric

import (
	"slices"
	"time"
)

var checkSendLag = Check{
	ID:      "send-lag",
	Doc:     "p99 of actual minus intended send: more than 1% were later, beyond chance; a closed loop intends no time",
	Flag:    "> 2 ms",
	Invalid: "> 5 ms, or > 5% of the SLO's p99",
	run: func(f *facts) result {
		if !f.load.Open {
			return fine()
		}
		if f.trimmed {
			return unchecked("send lag: " + trimmedWhy)
		}
		flag, invalid := 2*time.Millisecond, 5*time.Millisecond
		if slo := f.run.Scenario.SLO; slo != nil && slo.P99 > 0 {
			invalid = min(invalid, slo.P99/20)
		}
		limit, level := invalid, Invalid
		if !beyond(f.laterThan(limit), len(f.lag), 0.01) {
			limit, level = flag, Flagged
		}
		late := f.laterThan(limit)
		if !beyond(late, len(f.lag), 0.01) {
			return fine()
		}
		return found(level, "requests were sent late: %s of them by more than %s, limit 1%%",
			percent(float64(late)/float64(len(f.lag))), Time(float64(limit)))
	},
}

// laterThan counts the requests sent later than a limit.
func (f *facts) laterThan(limit time.Duration) int {
	i, _ := slices.BinarySearch(f.lag, int64(limit)+1)
	return len(f.lag) - i
}
