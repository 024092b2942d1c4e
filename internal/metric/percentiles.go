package metric

var p50 = Metric{
	ID: P50, Name: "p50", Unit: Nanoseconds, Better: Lower,
	Doc: "median response time (from the intended send); service time in a closed loop, which intends none",
	of:  func(f *facts) Value { return f.quantile(f.primary(), 0.50) }, quantile: 0.50, times: (*facts).primary,
}

var p95 = Metric{
	ID: P95, Name: "p95", Unit: Nanoseconds, Better: Lower,
	Doc: "95th percentile of response time; of service time in a closed loop",
	of:  func(f *facts) Value { return f.quantile(f.primary(), 0.95) }, quantile: 0.95, times: (*facts).primary,
}

var p99 = Metric{
	ID: P99, Name: "p99", Unit: Nanoseconds, Better: Lower,
	Doc: "99th percentile of response time; of service time in a closed loop",
	of:  func(f *facts) Value { return f.quantile(f.primary(), 0.99) }, quantile: 0.99, times: (*facts).primary,
}

var serviceP50 = Metric{
	ID: ServiceP50, Name: "service p50", Unit: Nanoseconds, Better: Lower,
	Doc: "median service time (from the actual send)",
	of:  func(f *facts) Value { return f.quantile(f.service, 0.50) }, quantile: 0.50, times: (*facts).serviceTimes,
}

var serviceP99 = Metric{
	ID: ServiceP99, Name: "service p99", Unit: Nanoseconds, Better: Lower,
	Doc: "99th percentile of service time (from the actual send)",
	of:  func(f *facts) Value { return f.quantile(f.service, 0.99) }, quantile: 0.99, times: (*facts).serviceTimes,
}
