package metric

import "fmt"

var generatorBound = binder{
	kind: BoundGenerator,
	doc:  "the load generator and the providers: their cores are more than 80% busy",
	find: func(f *facts) (float64, string, bool) {
		busy := f.cell.Machine.LoadBusy
		if busy == nil || *busy <= 0.8 {
			return 0, "", false
		}
		return f.busyCeiling(*busy), fmt.Sprintf("generator and providers kept %s %.0f%% busy",
			f.loadCores(), 100**busy), true
	},
}

// loadCores names the cores of generator and providers.
func (f *facts) loadCores() string {
	switch n := len(f.run.Cores.Load); n {
	case 0:
		return "the machine's cores"
	case 1:
		return "their core"
	default:
		return fmt.Sprintf("their %d cores", n)
	}
}
