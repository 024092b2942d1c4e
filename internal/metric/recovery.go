package metric

import (
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

var recovery = Metric{
	ID: Recovery, Name: "recovery", Unit: Nanoseconds, Better: Lower,
	Doc: "how long after the last change (the end of a spike, the last step of a timeline) response times were back: " +
		"until the last request had ended that fell due after it and was not answered well, or later than the p99 " +
		"of the SLO; 0 where there was none",
	of: func(f *facts) Value {
		if why, ok := f.raw(); !ok {
			return missing(why)
		}
		r := &f.recovering
		switch {
		case r.why != "":
			return missing(r.why)
		case r.open:
			return longer(f.cell.Generator.Window-r.from, "requests were still late, or not answered well, when the window ended")
		}
		return known(float64(max(0, r.last-r.from)))
	},
}

// recovering follows the requests that fall due after the last change. What was due
// and never sent has no time of its own: it is not sent while as many as may be are in
// flight, and those are late themselves.
type recovering struct {
	from time.Duration // the last change, after the start of measurement
	why  string        // there is none to recover from
	slo  time.Duration
	last time.Duration // end of the last request that was late or not answered well
	open bool          // such a one had not ended within the window
}

func newRecovering(run *record.Run, load *record.Load, window time.Duration) recovering {
	r := recovering{from: load.LastChange}
	for _, e := range run.Events {
		r.from = max(r.from, e.At)
	}
	slo := run.Scenario.SLO
	switch {
	case !load.Changing:
		r.why = "nothing changes in the window"
	case r.from == 0:
		r.why = "the record does not say when the load changed for the last time"
	case r.from >= window:
		r.why = "the last change comes when the window is over"
	case slo == nil || slo.P99 == 0:
		r.why = "there is no SLO for the p99 to say what is late"
	default:
		r.slo = slo.P99
	}
	return r
}

// add looks at a request that ran from begin to end after the start of measurement.
func (r *recovering) add(q *record.Request, begin, end, window time.Duration) {
	if r.why != "" || begin-q.Lag < r.from || q.Outcome.Good() && q.Response() <= r.slo {
		return
	}
	r.last = max(r.last, end)
	r.open = r.open || end >= window
}
