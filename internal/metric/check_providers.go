package metric

import (
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/stats"
)

var checkProviders = Check{
	ID: "provider-delay",
	Doc: "p99 of a provider's served minus planned delay, beyond chance; p90 or p50 where it served fewer than " +
		"1,000 or 100 calls",
	Flag: "> 1 ms",
	Invalid: "> 2 ms and > 5% of its mean latency; " +
		"in a closed loop bound by their cores flagged, and not ranked by throughput",
	run: func(f *facts) result {
		worst, judged := fine(), false
		for name, p := range f.providers() {
			at, low, known := judgedBy(&p.DelayError)
			if !known {
				continue
			}
			judged = true
			limit := max(2*time.Millisecond, f.run.Scenario.Providers[name].Mean/20)
			level := between(float64(low), 1e6, float64(limit))
			if level != OK && worse(worst.level, level) != worst.level {
				worst = found(level, "provider %s served %s later than planned, or more, at %s of %s",
					name, Time(float64(low)), at, Count(p.DelayError.Count, "call"))
			}
		}
		if !judged && len(f.run.Scenario.Channels) > 0 {
			return unchecked("no provider served enough calls to judge its delays")
		}
		if worst.level == Invalid && !f.load.Open && f.bound.Kind == BoundGenerator {
			worst.level, worst.throughput = Flagged, true
		}
		return worst
	},
}

// judgedBy picks the highest of the reported quantiles that the calls support, at
// its lower bound. Whose median is late, his p99 is all the more.
func judgedBy(d *contract.DelayQuantiles) (name string, low time.Duration, ok bool) {
	bounds := contract.DelayLow{P50: d.P50, P90: d.P90, P99: d.P99} // of a record that has none
	if d.Low != nil {
		bounds = *d.Low
	}
	for _, q := range []struct {
		name string
		q    float64
		low  time.Duration
	}{{"p99", 0.99, bounds.P99}, {"p90", 0.90, bounds.P90}, {"p50", 0.50, bounds.P50}} {
		if d.Count >= uint64(stats.Needed(q.q)) {
			return q.name, q.low, true
		}
	}
	return "", 0, false
}
