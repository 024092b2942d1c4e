package metric

import "github.com/notifybench/notifybench/internal/contract"

// NoBacking is why a row has no such metric.
const NoBacking = "no backing service"

var backingCPU = Metric{
	ID: BackingCPU, Name: "backing CPU/req", Unit: Nanoseconds, Better: Lower,
	Doc: "of a row that uses a database or a cache on this machine: CPU time of their processes between the readings " +
		"at both ends of the window, whoever they served, divided by the requests that ended well in it. It is not part of CPU/req",
	of: func(f *facts) Value {
		m := &f.cell.Machine
		switch {
		case !f.backed() && m.BackingCPU == nil:
			return missing(NoBacking)
		case m.BackingWhy != "":
			return missing(m.BackingWhy)
		case m.BackingCPU == nil:
			return missing("CPU time of the database and the cache was not measured")
		}
		if why, ok := f.raw(); !ok {
			return missing(why)
		}
		if why := f.unsettled(); why != "" {
			return missing(why)
		}
		if f.goodIn == 0 {
			return missing("no request ended well in the window")
		}
		return known(float64(*m.BackingCPU) / float64(f.goodIn))
	},
}

// backed says that the row uses a database or a cache outside of its processes.
func (f *facts) backed() bool {
	env := f.subject.Environment
	return env[contract.EnvDatabaseURL] != "" || env[contract.EnvRedisURL] != ""
}
