package metric

// ofWork words the population of the metrics below.
const ofWork = " for each notification of the window that was carried to its end"

var workCalls = Metric{
	ID: "work_calls", Name: "calls made", Unit: Calls, Better: Neither,
	Doc: "provider calls received" + ofWork + ", accepted or not; those that were not are spread evenly over warm-up and window",
	of:  func(f *facts) Value { return f.audit().Calls },
}

var workRetries = Metric{
	ID: "work_retries", Name: "retries made", Unit: Calls, Better: Neither,
	Doc: "provider calls" + ofWork + ", beyond what the scenario asks for and explained by calls that failed",
	of:  func(f *facts) Value { return f.audit().Retries },
}

var workBytes = Metric{
	ID: "work_bytes", Name: "bytes sent", Unit: Bytes, Better: Neither,
	Doc: "bytes of the bodies of provider calls" + ofWork,
	of:  func(f *facts) Value { return f.audit().Bytes },
}

var providerConnections = Metric{
	ID: "provider_connections", Name: "connections to providers", Unit: Connections, Better: Neither,
	Doc: "connections that the server opened to its providers, warm-up included; of a slice those of the slices before it too, under " +
		"whatever load",
	of: func(f *facts) Value { return f.audit().Connections },
}

var generatorConnections = Metric{
	ID: "generator_connections", Name: "generator connections", Unit: Connections, Better: Neither,
	Doc: "connections that the generator opened to the server, warm-up included",
	of:  func(f *facts) Value { return f.audit().Generator },
}

func (f *facts) audit() Audit {
	t := f.tally()
	return t.audit()
}
