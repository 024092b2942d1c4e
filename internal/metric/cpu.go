package metric

var cpu = Metric{
	ID: CPU, Name: "CPU", Unit: Share, Better: Neither,
	Doc: "CPU time of the server's process tree in the window, of one core: 200% is two cores",
	of: func(f *facts) Value {
		s := &f.cell.Server
		if s.CPUWindow == nil {
			return missing("CPU time cannot be measured on this platform")
		}
		if s.WindowTo <= s.From {
			return missing("there is no time between the CPU readings")
		}
		return known(float64(*s.CPUWindow) / float64(s.WindowTo-s.From))
	},
}

var cpuPerRequest = Metric{
	ID: CPUPerRequest, Name: "CPU/req", Unit: Nanoseconds, Better: Lower,
	Doc: "CPU time of the server between two readings, divided by the requests answered between them; " +
		"one in flight at a reading counts half",
	of: func(f *facts) Value {
		if why, ok := f.raw(); !ok {
			return missing(why)
		}
		if f.cell.Server.CPU == nil {
			return missing("CPU time cannot be measured on this platform")
		}
		if _, growing := f.backlog(); growing {
			return missing("the backlog grew: CPU went into requests that were not answered")
		}
		if f.servedCPU == 0 {
			return missing("no request was carried between the CPU readings")
		}
		return known(float64(*f.cell.Server.CPU) / f.servedCPU)
	},
}
