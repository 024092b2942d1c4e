package metric

var clientPoolBound = binder{
	planned: true,
	kind:    "client-pool",
	doc:     "the connections of the server's client to a provider",
	find:    func(f *facts) (float64, string, bool) { return f.planned("client-pool") },
}
