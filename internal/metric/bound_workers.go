package metric

var workersBound = binder{
	planned: true,
	kind:    "workers",
	doc:     "the server's workers: each carries one request from start to finish",
	find:    func(f *facts) (float64, string, bool) { return f.planned("workers") },
}
