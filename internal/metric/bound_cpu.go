package metric

import "fmt"

// cpuBound takes the measured cost of a request where the server's cores were
// busy, and the planned one (a scenario's work) where that is in reach.
var cpuBound = binder{
	kind: BoundCPU,
	doc:  "the server's cores: at least 90% busy",
	find: func(f *facts) (float64, string, bool) {
		used, cost := cpu.of(f), cpuPerRequest.of(f)
		if rate, why, ok := f.sharedCores(used); ok {
			return rate, why, true
		}
		cores := f.serverCores()
		if !used.OK || used.V < 0.9*float64(cores) {
			return f.planned("cores")
		}
		share := used.V / float64(cores)
		busy := fmt.Sprintf("%.0f%% of %s", 100*share, Count(cores, "core"))
		if a := f.achieved(); cost.OK && cost.V > 0 && a.OK {
			rate := float64(cores) * 1e9 / cost.V
			return rate, fmt.Sprintf("%s busy, %s of CPU a request: at most %s",
				busy, Time(cost.V), PerSecond.Format(rate)), true
		}
		return f.busyCeiling(share), busy + " busy", true
	},
}

// sharedCores is the ceiling where server, generator and providers share all
// cores: they are busy together.
func (f *facts) sharedCores(used Value) (rate float64, why string, ok bool) {
	load, cores := f.cell.Machine.LoadBusy, f.run.Environment.Cores
	if len(f.run.Cores.Server) > 0 || load == nil || !used.OK || cores == 0 {
		return 0, "", false
	}
	share := used.V/float64(cores) + *load
	if share < 0.9 {
		return 0, "", false
	}
	why = fmt.Sprintf("server, generator and providers kept the %s they share %.0f%% busy (server %s of one)",
		Count(cores, "core"), 100*share, percent(used.V))
	return f.busyCeiling(share), why, true
}
