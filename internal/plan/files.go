package plan

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/contract"
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

// Flight is how many requests may be in flight at once, and under which load.
func (p *Plan) Flight() (flight int, load string) {
	for _, l := range p.Scenario.Loads {
		n, closed := shape.Closed(l.Shape)
		if !closed {
			n = p.Scenario.MaxInFlight
		}
		if n > flight {
			flight, load = n, l.Name
		}
	}
	return flight, load
}

// FilesNeeded is how many files one process of the plan may have open, and why.
func (p *Plan) FilesNeeded() (need uint64, why string) {
	flight, load := p.Flight()
	// The server holds a connection to the client and one for each call it makes at once.
	per := 1 + p.callsAtOnce()
	return uint64(flight*per + baseFiles),
		fmt.Sprintf("load %s: %d in flight × %d connections + %d", load, flight, per, baseFiles)
}

// callsAtOnce is how many provider calls a request makes at once, of the row that
// makes most. Where channels follow one another their connections stay open all the same.
func (p *Plan) callsAtOnce() (most int) {
	for i := range p.Rows {
		calls := 0
		for _, channel := range p.Scenario.Channels {
			if p.Rows[i].Resolved.Fanout == contract.FanoutConcurrent {
				calls += p.Scenario.CallsPer(channel)
			} else {
				calls++
			}
		}
		if n := p.Rows[i].Resolved.Route.AtOnce; n > 0 {
			calls = min(calls, n)
		}
		most = max(most, calls)
	}
	return most
}

// checkFiles compares what the plan may need with the limit of open files.
func (p *Plan) checkFiles() error {
	need, why := p.FilesNeeded()
	if limit := p.Machine.Files; limit > 0 && need > limit {
		return &FilesError{Need: need, Limit: limit, Why: why}
	}
	return nil
}
