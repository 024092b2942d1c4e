package metric

import "github.com/notifybench/notifybench/internal/record"

// rateBound allows for the requests that come and go within the window's edges:
// 97% of what was offered is all of it, unless the backlog grows.
var rateBound = binder{
	planned: true,
	kind:    BoundRate,
	doc:     "the offered rate: the server served all of it",
	find: func(f *facts) (float64, string, bool) {
		achieved, rate := f.achieved(), offered.of(f)
		if f.load.Kind == record.CapacityKind {
			return 0, "", false // which rate it is was the search's choice
		}
		if _, growing := f.backlog(); growing || !achieved.OK || !rate.OK || rate.V == 0 {
			return 0, "", false
		}
		if achieved.V < 0.97*rate.V {
			return 0, "", false
		}
		return rate.V, PerSecond.Format(rate.V) + " offered, all served", true
	},
}
