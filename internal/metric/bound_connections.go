package metric

var connectionsBound = binder{
	planned: true,
	kind:    BoundConnections,
	doc:     "the closed loop's connections: each waits for its answer before it sends again",
	find:    func(f *facts) (float64, string, bool) { return f.planned("connections") },
}
