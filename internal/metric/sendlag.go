package metric

import "github.com/notifybench/notifybench/internal/stats"

var sendLagP50 = Metric{
	ID: SendLagP50, Name: "send lag p50", Unit: Nanoseconds, Better: Lower,
	Doc: "median of actual minus intended send: the generator's own lateness",
	of:  func(f *facts) Value { return f.lagQuantile(0.50) }, quantile: 0.50, times: (*facts).lags,
}

var sendLagP99 = Metric{
	ID: SendLagP99, Name: "send lag p99", Unit: Nanoseconds, Better: Lower,
	Doc: "99th percentile of actual minus intended send: the generator's own lateness",
	of:  func(f *facts) Value { return f.lagQuantile(0.99) }, quantile: 0.99, times: (*facts).lags,
}

func (f *facts) lagQuantile(q float64) Value {
	if !f.load.Open {
		return missing("a closed loop has no intended send")
	}
	if why, ok := f.raw(); !ok {
		return missing(why)
	}
	v, ok := stats.Quantile(f.lag, q)
	if !ok {
		return missing("too few requests")
	}
	return known(float64(v))
}

func (f *facts) lags() []int64 { return f.lag }
