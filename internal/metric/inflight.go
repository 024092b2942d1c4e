package metric

var inFlight = Metric{
	ID: InFlight, Name: "in-flight", Unit: Requests, Better: Neither,
	Doc: "mean number of requests in flight in the window, from the times of the requests themselves",
	of: func(f *facts) Value {
		if why, ok := f.raw(); !ok {
			return missing(why)
		}
		return known(f.mean())
	},
}

// mean is the mean number of requests in flight in the window.
func (f *facts) mean() float64 {
	first, second := f.meanInFlight()
	return (first + second) / 2
}
