package metric

// checkLoadCPU: in a closed loop a busy core of the load side delays the answers'
// reading and the next sends, so that throughput and latencies are partly its own;
// what a request costs the server is not touched by that. Where something lower
// than it binds the cell, the throughput is not either.
var checkLoadCPU = Check{
	ID:   "load-cpu",
	Doc:  "CPU of generator and providers of their cores, summed where they share them",
	Flag: "> 60%",
	Invalid: "> 80%; in a closed loop flagged, as all its sends wait for answers, " +
		"and not ranked by throughput where nothing else binds it",
	run: func(f *facts) result {
		busy := f.cell.Machine.LoadBusy
		if busy == nil {
			return unchecked("CPU time of generator and providers was not measured")
		}
		r := found(between(*busy, 0.6, 0.8), "generator and providers kept %s %.0f%% busy", f.loadCores(), 100**busy)
		if r.level != Invalid || f.load.Open {
			return r
		}
		r.level = Flagged
		if f.bound.Kind != BoundGenerator {
			r.text += ": latencies are partly theirs"
			return r
		}
		r.text += ": the throughput is theirs, and latencies partly, not the server's"
		r.throughput = true
		return r
	},
}
