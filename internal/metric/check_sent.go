package metric

import (
	"fmt"
	"math"
)

// checkSent tells an overloaded server from a generator that could not keep up:
// both leave requests unsent because max_in_flight was reached, but only the
// first has something that binds it.
var checkSent = Check{
	ID:      "sent",
	Doc:     "sent of what fell due, by more than three standard errors",
	Flag:    "< 99.9%",
	Invalid: "< 99%, unless it is the server that is overloaded",
	run: func(f *facts) result {
		g := &f.cell.Generator
		if !f.load.Open || g.Scheduled == 0 {
			return fine()
		}
		due := float64(g.Scheduled)
		short := (due - float64(g.Sent)) / due
		level := OK
		for _, limit := range []struct {
			share float64
			level Level
		}{{0.001, Flagged}, {0.01, Invalid}} {
			if short > limit.share+3*math.Sqrt(limit.share*(1-limit.share)/due) {
				level = limit.level
			}
		}
		text := fmt.Sprintf("%s of %s due were not sent", percent(short), Count(g.Scheduled, "request"))
		if level == Invalid && f.overloaded() {
			return found(Flagged, "%s: the server held %s and is bound by its %s",
				text, Count(g.InFlightPeak, "request"), f.bound.Kind)
		}
		return found(level, "%s", text)
	},
}

// overloaded says that the server, not the generator, filled max_in_flight.
func (f *facts) overloaded() bool {
	limit := f.run.Scenario.MaxInFlight
	if limit == 0 || f.cell.Generator.InFlightPeak < limit {
		return false
	}
	switch f.bound.Kind {
	case Unexplained, BoundGenerator, BoundRate:
		return false
	}
	return true
}
