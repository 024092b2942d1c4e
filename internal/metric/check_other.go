package metric

import (
	"math"
	"time"
)

var checkOther = Check{
	ID: "other-cpu",
	Doc: "CPU used by anything that is not ours, of all there was: what the kernel's ticks say was busy, " +
		"less the CPU clocks of our processes and of the row's database and cache, beyond the error of the ticks",
	Flag:    "> 5%",
	Invalid: "> 15%",
	run: func(f *facts) result {
		other := f.cell.Machine.Other
		if other == nil {
			return unchecked("CPU used by others was not measured")
		}
		among := ""
		if why := f.cell.Machine.BackingWhy; why != "" {
			among = ", the row's own database or cache perhaps among them (" + why + ")"
		}
		return found(surely(*other, f.tickError(), 0.05, 0.15), "other programs used %s of the CPU time%s", percent(*other), among)
	},
}

// tickError is the standard error of the busy share of all CPU time: the kernel
// looks once a tick whether a core is busy, as in a poll of so many.
func (f *facts) tickError() float64 {
	m, all := &f.cell.Machine, f.allCPU()
	busy := *m.Other
	for _, used := range []*time.Duration{
		f.cell.Server.CPUWindow, m.GeneratorCPU, m.ProvidersCPU, m.HarnessCPU, m.WaitingCPU, m.BackingCPU,
	} {
		if used != nil {
			busy += float64(*used) / all
		}
	}
	busy = min(max(busy, 0), 1)
	return math.Sqrt(busy * (1 - busy) * float64(tick) / all)
}
