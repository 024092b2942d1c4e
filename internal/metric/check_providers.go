package metric

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/stats"
)

var checkProviders = Check{
	ID:   "provider-delay",
	Doc:  "p99 of a provider's served minus planned delay",
	Flag: "> 1 ms",
	Invalid: "> 2 ms and > 5% of its mean latency; " +
		"in a closed loop bound by their cores for the ranking by throughput only",
	run: func(f *facts) (Level, string, bool) {
		level, text := OK, ""
		for name, p := range f.providers() {
			if p.DelayError.Count < uint64(stats.Needed(0.99)) {
				continue
			}
			limit := max(2*time.Millisecond, f.run.Scenario.Providers[name].Mean/20)
			l := between(float64(p.DelayError.P99), 1e6, float64(limit))
			if l != OK && worse(level, l) != level {
				level = l
				text = fmt.Sprintf("provider %s served %s later than planned at p99",
					name, Time(float64(p.DelayError.P99)))
			}
		}
		if level == Invalid && !f.load.Open && f.bound.Kind == BoundGenerator {
			return Flagged, text, true
		}
		return level, text, false
	},
}
