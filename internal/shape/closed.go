package shape

import (
	"time"

	"github.com/notifybench/notifybench/internal/strict"
)

// closed is a closed loop: so many connections, each sending its next request
// when the last has been answered, as wrk does. There is no intended send time,
// so a slow server is asked less often and queueing does not show in latency.
//
// Choose it to reproduce documents, and for throughput where the server is
// known to be the bottleneck.
type closed int

var _ Shape = closed(0)

func closedFamily() family {
	return family{Kind{
		Name:    "closed",
		Example: "{closed: {connections: 100}}",
		Summary: "N connections, each waiting for its answer, as wrk does: to reproduce documents",
	}, decodeClosed}
}

func decodeClosed(n strict.Node) Shape {
	connections := 0
	if !n.Map("connections").Need("connections", "100").Int(&connections, 1, 100_000) {
		return nil
	}
	return closed(connections)
}

func (closed) At(uint64) (time.Duration, bool) { return 0, true }
func (closed) Rate(time.Duration) float64      { return 0 }
func (closed) Kind() string                    { return "closed" }
func (c closed) String() string                { return notation("closed", "connections: %d", int(c)) }

// Closed says whether s is a closed loop, and of how many connections.
func Closed(s Shape) (connections int, ok bool) {
	c, ok := s.(closed)
	return int(c), ok
}
