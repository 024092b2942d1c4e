package metric

import (
	"cmp"

	"github.com/notifybench/notifybench/internal/record"
)

// ofAdded words the population in the docs of the metrics below.
const ofAdded = "over the requests that were answered well, of response time (service time in a closed loop) minus the " +
	"planned provider path of that very request: what the service, the wire and the generator add to the providers. " +
	"Below zero where an answer came sooner than its providers allow"

var addedP50 = Metric{
	ID: AddedP50, Name: "added p50", Unit: Nanoseconds, Better: Lower, Doc: "median, " + ofAdded,
	of: func(f *facts) Value { return f.addedQuantile(0.50) }, quantile: 0.50, times: (*facts).addedTimes,
}

var addedP95 = Metric{
	ID: AddedP95, Name: "added p95", Unit: Nanoseconds, Better: Lower, Doc: "95th percentile, " + ofAdded,
	of: func(f *facts) Value { return f.addedQuantile(0.95) }, quantile: 0.95, times: (*facts).addedTimes,
}

var addedP99 = Metric{
	ID: AddedP99, Name: "added p99", Unit: Nanoseconds, Better: Lower, Doc: "99th percentile, " + ofAdded,
	of: func(f *facts) Value { return f.addedQuantile(0.99) }, quantile: 0.99, times: (*facts).addedTimes,
}

// addTime notes what an answer took beyond its planned path. Only the path of what
// all its providers were called for is known.
func (f *facts) addTime(q *record.Request, planned int64) {
	if f.path != nil && q.Outcome == record.OutcomeOK {
		f.added = append(f.added, int64(q.Response())-planned)
	}
}

func (f *facts) addedTimes() []int64 { return f.added }

func (f *facts) addedQuantile(q float64) Value {
	if _, ok := f.raw(); ok && f.path == nil {
		return missing(f.pathless())
	}
	return f.quantile(f.added, q)
}

// pathless says why the planned path of the requests is not known.
func (f *facts) pathless() string {
	if f.subject.Queues() {
		return "the row answers before it calls its providers"
	}
	return cmp.Or(f.pathError, "the planned provider path is not known")
}
