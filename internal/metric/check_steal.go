package metric

import (
	"math"
	"time"
)

// tick is the unit in which the kernel reports what CPU time was used for.
const tick = 10 * time.Millisecond

var checkSteal = Check{
	ID:      "steal",
	Doc:     "CPU time that the hypervisor gave to others, of all there was, beyond the resolution of its ticks",
	Flag:    "> 1%",
	Invalid: "> 5%",
	run: func(f *facts) result {
		m := &f.cell.Machine
		if m.Steal == nil {
			return unchecked("steal time was not measured")
		}
		// A difference of two readings, each cut to a tick.
		se := float64(tick) / math.Sqrt(6) / f.allCPU()
		return found(surely(*m.Steal, se, 0.01, 0.05), "the hypervisor took %s of the CPU time away", percent(*m.Steal))
	},
}

// allCPU is the CPU time of all cores in the window, in ns.
func (f *facts) allCPU() float64 {
	if t := f.cell.Machine.CPUTime; t > 0 {
		return float64(t)
	}
	return max(1, float64(f.cell.Generator.Window)*float64(f.run.Environment.Cores))
}
