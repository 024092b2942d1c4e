package metric

import (
	"fmt"
	"math"
	"time"
)

// Bound is what kept a cell from achieving more.
type Bound struct {
	Kind string  `json:"kind"` // one of BoundKinds, or Unexplained
	Rate float64 `json:"rate"` // the ceiling in req/s; 0 where it is not known
	Why  string  `json:"why"`  // with the numbers
	// Planned says that the ceiling was known before the run; others are estimates
	// from what was measured.
	Planned bool `json:"planned,omitempty"`
	// From and To are the part of the window in which it binds; 0: all of it.
	From time.Duration `json:"from,omitempty"`
	To   time.Duration `json:"to,omitempty"`
	// ServedAll says that all that was offered was served all the same, later.
	ServedAll bool `json:"served_all,omitempty"`
}

// Unexplained is the kind of a cell that nothing known binds.
const Unexplained = "unexplained"

// Kinds that rankings ask for by name: on these, what was achieved is the
// client's doing or the schedule's, not the server's.
const (
	BoundConnections = "connections"
	BoundRate        = "rate"
	BoundGenerator   = "generator"
	BoundCPU         = "cpu"
)

// binder looks for one kind of ceiling.
type binder struct {
	kind    string
	doc     string
	planned bool // its ceilings are known before the run
	// find returns the ceiling if the cell has one and is within reach of it.
	// A rate of 0 is a ceiling whose height is not known.
	find func(*facts) (rate float64, why string, ok bool)
}

func binders() []binder {
	return []binder{
		connectionsBound, rateBound, workersBound, clientPoolBound, cpuBound, generatorBound, providerBound,
	}
}

// BoundKinds lists the kinds with what they mean.
func BoundKinds() map[string]string {
	kinds := map[string]string{Unexplained: "no known ceiling is within reach"}
	for _, b := range binders() {
		kinds[b.kind] = b.doc
	}
	return kinds
}

// findBound names the lowest ceiling within reach; one of unknown height only
// where there is no other. One of the server's that is met in a part of the window
// comes before the client's, which the rest of the window is at.
func findBound(f *facts) Bound {
	best := Bound{Kind: Unexplained, Why: "no known ceiling is within reach"}
	part, inPart := f.boundInPart()
	if inPart {
		best = part
	}
	servedAll := false
	for _, b := range binders() {
		rate, why, ok := b.find(f)
		if !ok {
			continue
		}
		if inPart && (b.kind == BoundRate || b.kind == BoundConnections) {
			servedAll = b.kind == BoundRate
			continue
		}
		unknownHeight := rate == 0 && best.Kind != Unexplained
		if lower := best.Rate == 0 || rate > 0 && rate < best.Rate; lower && !unknownHeight {
			best = Bound{Kind: b.kind, Rate: rate, Why: why, Planned: b.planned}
		}
	}
	best.ServedAll = servedAll
	return best
}

// planned looks up the ceiling of a kind that was known before anything ran.
func (f *facts) planned(kind string) (rate float64, why string, ok bool) {
	achieved := f.achieved()
	for _, c := range f.cell.Ceilings {
		if c.Kind != kind || !achieved.OK {
			continue
		}
		if f.reaches(achieved.V, c.Rate) {
			return c.Rate, c.Why, true
		}
		if late := f.lateRate(); f.load.Changing && f.reaches(late, c.Rate) {
			return c.Rate, fmt.Sprintf("%s (met in the second half: %s)", c.Why, Rate(late)), true
		}
	}
	return 0, "", false
}

// lateRate is what was achieved in the second half of the window: a load that
// rises meets its ceiling only there.
func (f *facts) lateRate() float64 {
	return float64(f.goodLate) / (f.cell.Generator.Window.Seconds() / 2)
}

// reaches says whether what was achieved is at a ceiling: 90% of it, less one
// standard error of the count where few requests fit into the window.
func (f *facts) reaches(achieved, ceiling float64) bool {
	return reachesIn(achieved, ceiling, f.cell.Generator.Window.Seconds())
}

// reachesIn is reaches for a part of the window, of so many seconds.
func reachesIn(achieved, ceiling, seconds float64) bool {
	return ceiling > 0 && achieved >= 0.9*ceiling-math.Sqrt(ceiling/seconds)
}

// busyCeiling is the rate at which something busy for a share of the time would
// be busy all the time.
func (f *facts) busyCeiling(share float64) float64 {
	if a := f.achieved(); a.OK && share > 0 {
		return a.V / share
	}
	return 0
}
