package metric

var peakPSS = Metric{
	ID: PeakPSS, Name: "peak PSS", Unit: Bytes, Better: Lower,
	Doc: "largest sum of the proportional set sizes of the server's processes: shared pages count once. " +
		"Of a trial of slices it is the highest of theirs",
	of: func(f *facts) Value {
		if f.cell.Server.PSSPeak == nil {
			return missing("memory cannot be measured on this platform")
		}
		if other := f.twin(); other != "" {
			return missing(other + " was up meanwhile and runs the same program: a proportional size halves the pages they share")
		}
		return known(float64(*f.cell.Server.PSSPeak))
	},
}

var pssPerInFlight = Metric{
	ID: PSSPerInFlight, Name: "PSS per in-flight request", Unit: Bytes, Better: Lower,
	Doc: "peak PSS above idle, divided by the mean number of requests in flight",
	of: func(f *facts) Value {
		if why, ok := f.raw(); !ok {
			return missing(why)
		}
		s := &f.cell.Server
		if s.PSSPeak == nil || s.PSSIdle == nil {
			return missing("memory cannot be measured on this platform")
		}
		if f.load.Changing {
			return missing("the number in flight changes in the window: its mean does not belong to the peak")
		}
		if f.mean() < 1 {
			return missing("less than one request was in flight on average")
		}
		return known((float64(*s.PSSPeak) - float64(*s.PSSIdle)) / f.mean())
	},
}

// twin is another row that runs the same program and was up at the same time;
// empty where there is none. Only pages of one file are shared: of two servers that
// were built for themselves, equal as they may be, each has its own.
func (f *facts) twin() string {
	for _, s := range f.run.Subjects {
		alike := s.Binary != "" && s.Binary == f.subject.Binary
		if f.cell.Slice > 0 && s.ID != f.subject.ID && alike && (s.Server == f.subject.Server || !f.subject.Own) {
			return s.ID
		}
	}
	return ""
}
