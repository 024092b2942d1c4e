package plan

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// maxLoadCores bounds what generator and providers get: more than they can use.
const maxLoadCores = 4

// assignCores splits the usable cores: the server gets the larger part, and on
// two cores one each. The load side takes the first cores, where interrupts
// tend to be served.
func assignCores(isolation string, m Machine) record.Cores {
	shared := record.Cores{Isolation: scenario.Shared}
	switch n := len(m.CPUs); {
	case isolation == scenario.Shared:
		return shared
	case !m.CanPin:
		shared.Note = "processes cannot be bound to cores on this platform: server and load share all cores"
		return shared
	case n < 2:
		shared.Note = fmt.Sprintf("only %d usable core: server and load share it", n)
		return shared
	default:
		load := min(maxLoadCores, max(1, n/3))
		return record.Cores{Isolation: scenario.Pinned, Load: m.CPUs[:load], Server: m.CPUs[load:]}
	}
}

// serverCores is how many cores the server may use.
func (p *Plan) serverCores() int {
	if n := len(p.Cores.Server); n > 0 {
		return n
	}
	return len(p.Machine.CPUs)
}
