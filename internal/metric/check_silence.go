package metric

import (
	"math"
	"time"
)

// shortSilence is what passes for a pause: of a garbage collector, a scheduler.
const shortSilence = 100 * time.Millisecond

// checkSilence finds a server that froze. Its response times are right all the
// same, hence it is a property of the server, not a fault of the measurement.
var checkSilence = Check{
	ID: "silence",
	Doc: "the longest time in the window in which nothing was answered although the providers of a request in " +
		"flight were done, beyond chance; a round of the provider path more where workers, a client's pool or a " +
		"provider's servers take turns, and a round of CPU where that binds",
	Flag: "> 100 ms",
	run: func(f *facts) result {
		if f.trimmed || len(f.answers.instants) == 0 {
			return unchecked("silence: " + trimmedWhy)
		}
		at, length := f.answers.silence()
		limit := shortSilence
		if f.takesTurns() {
			limit += f.slowest
		}
		limit += f.cpuRound()
		// Answers at random leave gaps of their own: the longest of n is about ln n
		// times the mean one, and hardly ever seven more.
		if n := float64(f.doneIn); n > 0 {
			mean := float64(f.cell.Generator.Window) / n
			limit = max(limit, time.Duration(mean*(math.Log(n)+7)))
		}
		if length <= limit || f.doneIn == 0 {
			return fine()
		}
		return found(Flagged, "the server froze: no answer for %s, from %s on, though the planned delays were over",
			Time(float64(length)), Time(float64(at)))
	},
}

// takesTurns says that requests queue for something that carries one at a time
// for as long as the providers take: answers then come in rounds.
func (f *facts) takesTurns() bool {
	for _, c := range f.cell.Ceilings {
		if c.Kind == "workers" || c.Kind == "client-pool" || c.Kind == "provider" {
			return true
		}
	}
	return false
}

// cpuRound is how long a server that is bound by its cores takes for all that is in
// flight: sharing the cores, they may all end together.
func (f *facts) cpuRound() time.Duration {
	cost := cpuPerRequest.of(f)
	if f.bound.Kind != BoundCPU || !cost.OK {
		return 0
	}
	first, second := f.meanInFlight()
	return time.Duration((first + second) / 2 * cost.V / float64(f.serverCores()))
}
