package plan

import (
	"fmt"
	"slices"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// maxLoadCores bounds what generator and providers get: more than they can use.
const maxLoadCores = 4

// assignCores splits the usable cores: the server gets the larger part, and on
// two cores one each. The load side takes the first cores, where interrupts tend
// to be served. Threads of one physical core stay on one side where that is possible.
func assignCores(isolation string, m Machine) record.Cores {
	shared := record.Cores{Isolation: scenario.Shared}
	switch {
	case isolation == scenario.Shared:
		return shared
	case !m.CanPin:
		shared.Note = "processes cannot be bound to cores on this platform: server and load share all cores"
		return shared
	case len(m.CPUs) < 2:
		shared.Note = fmt.Sprintf("only %d usable core: server and load share it", len(m.CPUs))
		return shared
	}
	cores := m.physical()
	pinned := record.Cores{Isolation: scenario.Pinned}
	if len(cores) < 2 {
		pinned.Load, pinned.Server = m.CPUs[:1], m.CPUs[1:]
		pinned.Note = fmt.Sprintf("server on cpu %s, load on cpu %d; they are threads of one physical core: each slows the other",
			cpuList(pinned.Server), m.CPUs[0])
		return pinned
	}
	load := min(maxLoadCores, max(1, len(cores)/3))
	pinned.Load, pinned.Server = slices.Concat(cores[:load]...), slices.Concat(cores[load:]...)
	return pinned
}

// physical groups the usable cores by the physical core whose threads they are.
func (m Machine) physical() (cores [][]int) {
	at := map[string]int{}
	for _, cpu := range m.CPUs {
		siblings := m.Siblings[cpu]
		if i, seen := at[siblings]; seen && siblings != "" {
			cores[i] = append(cores[i], cpu)
			continue
		}
		at[siblings] = len(cores)
		cores = append(cores, []int{cpu})
	}
	return cores
}

// serverCores is how many cores the server may use.
func (p *Plan) serverCores() int {
	if n := len(p.Cores.Server); n > 0 {
		return n
	}
	return len(p.Machine.CPUs)
}
