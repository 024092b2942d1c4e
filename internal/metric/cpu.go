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
	Doc: "CPU time of the server between the readings at both ends of the window, divided by the requests " +
		"it carried between them: one in flight at a reading counts half",
	of: func(f *facts) Value {
		if why, ok := f.raw(); !ok {
			return missing(why)
		}
		if f.cell.Server.CPUWindow == nil {
			return missing("CPU time cannot be measured on this platform")
		}
		// One in flight at a reading has, on average, used half of its CPU: a begin
		// counts half a request, an answer the other half.
		carried := (f.begunCPU + f.answeredCPU) / 2
		if why := f.unsettled(); why != "" {
			return missing(why)
		}
		if carried == 0 {
			return missing("no request was carried between the CPU readings")
		}
		return known(float64(*f.cell.Server.CPUWindow) / carried)
	},
}

// unsettled says why the CPU of the window is not that of the requests that were
// answered in it; empty where it is.
func (f *facts) unsettled() (why string) {
	if _, growing := f.backlog(); growing || f.answeredCPU < 0.8*f.begunCPU {
		return "many more requests began than were answered: they have not cost their CPU yet"
	}
	if f.stored() {
		return "the queue held many more notifications at one end of the window than at the other: " +
			"their CPU lies outside of it"
	}
	return ""
}
