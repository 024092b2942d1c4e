package metric

import (
	"fmt"
	"time"
)

// providerBound takes the limit of a provider that serves so many calls at once.
// A late one has no height: how many calls it could serve is not known.
var providerBound = binder{
	kind: "provider",
	doc:  "a provider: as many calls as it serves at once, or half of its answers came more than 1 ms and 5% later than planned",
	find: func(f *facts) (float64, string, bool) {
		if rate, why, ok := f.planned("provider"); ok {
			return rate, why, true
		}
		for name, p := range f.providers() {
			limit := max(time.Millisecond, f.run.Scenario.Providers[name].Mean/20)
			if p.DelayError.Count > 0 && p.DelayError.P50 > limit {
				return 0, fmt.Sprintf("provider %s answered %s later than planned (p50)",
					name, Time(float64(p.DelayError.P50))), true
			}
		}
		return 0, "", false
	},
}
