package metric

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// stretch is a part of the window in which the ceilings stay as they are, and the
// good answers that came within it.
type stretch struct {
	record.Stretch
	good int
}

// stretchesOf cuts the window of a cell where one of its ceilings changes; nil
// where none does.
func stretchesOf(c *record.Cell) []stretch {
	cut := record.Stretches(c.Ceilings, c.Generator.Window)
	if len(cut) < 2 {
		return nil
	}
	list := make([]stretch, len(cut))
	for i := range cut {
		list[i].Stretch = cut[i]
	}
	return list
}

func (s *stretch) count(end time.Duration) {
	if s.From <= end && end < s.To {
		s.good++
	}
}

// boundInPart finds the lowest ceiling of the server's own that was met in a part
// of the window, while the client asked for more. A whole window hides it: what
// queued in the slow part is served in the next.
func (f *facts) boundInPart() (Bound, bool) {
	best, found := Bound{}, false
	for _, s := range f.stretches {
		length := (s.To - s.From).Seconds()
		rate := float64(s.good) / length
		if s.Kind == BoundRate || s.Kind == BoundConnections || !reachesIn(rate, s.Rate, length) {
			continue
		}
		if !found || s.Rate < best.Rate {
			why := fmt.Sprintf("%s from %v to %v (achieved %s in that time)", s.Why, s.From, s.To, Rate(rate))
			best, found = Bound{Kind: kindOfCeiling(s.Kind), Rate: s.Rate, Why: why, Planned: true, From: s.From, To: s.To}, true
		}
	}
	return best, found
}

// kindOfCeiling is the kind of bound that a planned ceiling makes.
func kindOfCeiling(kind string) string {
	if kind == "cores" {
		return BoundCPU
	}
	return kind
}
