package sample

import "time"

// Machine holds CPU time of the whole machine since it started, all cores
// together, to 10 ms.
type Machine struct {
	Busy, Idle, Steal time.Duration
}

// Sub is the time that passed between two readings.
func (m Machine) Sub(before Machine) Machine {
	return Machine{m.Busy - before.Busy, m.Idle - before.Idle, m.Steal - before.Steal}
}

// Total is all CPU time there was, the hypervisor's part included.
func (m Machine) Total() time.Duration { return m.Busy + m.Idle + m.Steal }
