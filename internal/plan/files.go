package plan

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/shape"
)

// baseFiles is what a process has open besides the connections of the load.
const baseFiles = 64

// FilesError says that the limit of open files does not suffice for the plan.
type FilesError struct {
	Need, Limit uint64
	Why         string
}

func (e *FilesError) Error() string {
	return fmt.Sprintf("too few file descriptors: the plan needs %d in one process (%s), the limit is %d: "+
		"raise it with `ulimit -n %d`, or lower max_in_flight or the connections", e.Need, e.Why, e.Limit, e.Need)
}

// checkFiles compares the connections that the plan may need in one process
// with the limit of open files.
func (p *Plan) checkFiles() error {
	flight, load := 0, ""
	for _, l := range p.Scenario.Loads {
		n, closed := shape.Closed(l.Shape)
		if !closed {
			n = p.Scenario.MaxInFlight
		}
		if n > flight {
			flight, load = n, l.Name
		}
	}
	// The server holds a connection to the client and one to each provider.
	per := 1 + len(p.Scenario.Channels)
	need := uint64(flight*per + baseFiles)
	if limit := p.Machine.Files; limit > 0 && need > limit {
		why := fmt.Sprintf("load %s: %d in flight × %d connections + %d", load, flight, per, baseFiles)
		return &FilesError{Need: need, Limit: limit, Why: why}
	}
	return nil
}
