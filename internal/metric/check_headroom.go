package metric

import (
	"fmt"
	"strings"
)

// headroom is the share of a limit from which on there is none.
const headroom = 0.9

var checkHeadroom = Check{
	ID:  "headroom",
	Doc: "open descriptors of one process of the server and of the generator, and ports to one destination, of those there are",
	Invalid: "≥ 90%; any connection that the generator could not open for want of them; " +
		"> 50% of the ports in TIME_WAIT where they are not used again",
	run: func(f *facts) result {
		g, s, n := &f.cell.Generator, &f.cell.Server, f.cell.Machine.Network
		var said []string
		say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
		if g.Exhausted > 0 {
			say("the generator could not open %s for want of descriptors or ports", Count(g.Exhausted, "connection"))
		}
		if s.FilesMost != nil && s.FilesLimit != nil && scarce(*s.FilesMost, float64(*s.FilesLimit)) {
			say("the server had %d of %d descriptors open", *s.FilesMost, *s.FilesLimit)
		}
		if g.Files != nil && g.FilesLimit > 0 && scarce(*g.Files, float64(g.FilesLimit)) {
			say("the generator had %d of %d descriptors open", *g.Files, g.FilesLimit)
		}
		if n != nil && n.Ports > 0 && scarce(g.InFlightPeak, float64(n.Ports)) {
			say("%s in flight took up the %d ports there are", Count(g.InFlightPeak, "request"), n.Ports)
		}
		if n != nil && n.TimeWaitMost != nil && !n.PortsReused && float64(*n.TimeWaitMost) > 0.5*float64(n.Ports) {
			say("%d of %d ports to one destination were in TIME_WAIT", *n.TimeWaitMost, n.Ports)
		}
		switch {
		case len(said) > 0:
			return found(Invalid, "%s", strings.Join(said, "; "))
		case s.FilesMost == nil || s.FilesLimit == nil || g.Files == nil || n == nil:
			return unchecked("descriptors or ports were not counted")
		}
		return fine()
	},
}

func scarce(used int, limit float64) bool { return float64(used) >= headroom*limit }
