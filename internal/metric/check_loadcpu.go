package metric

import "fmt"

var checkLoadCPU = Check{
	ID:      "load-cpu",
	Doc:     "CPU of generator and providers of their cores",
	Flag:    "> 60%",
	Invalid: "> 80%; in a closed loop for the ranking by throughput only, where nothing else binds it",
	run: func(f *facts) (Level, string, bool) {
		busy := f.cell.Machine.LoadBusy
		if busy == nil {
			return OK, "", false
		}
		text := fmt.Sprintf("generator and providers kept %s %.0f%% busy", f.loadCores(), 100**busy)
		level := between(*busy, 0.6, 0.8)
		if level != Invalid || f.load.Open {
			return level, text, false
		}
		if f.bound.Kind != BoundGenerator {
			return Flagged, text, false
		}
		return Flagged, text + ": the throughput is theirs, not the server's", true
	},
}
