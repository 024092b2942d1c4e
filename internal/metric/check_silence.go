package metric

import (
	"math"
	"slices"
	"time"
)

// shortSilence is what passes for a pause: of a garbage collector, a scheduler.
const shortSilence = 100 * time.Millisecond

// checkSilence finds a server that froze. Its response times are right all the
// same, hence it is a property of the server, not a fault of the measurement.
var checkSilence = Check{
	ID: "silence",
	Doc: "the longest time in the window in which nothing was answered although the providers of a request in " +
		"flight were done, beyond chance; a round of the provider path more where workers or a client's pool take turns",
	Flag: "> 100 ms",
	run: func(f *facts) result {
		if f.trimmed {
			return unchecked("silence: " + trimmedWhy)
		}
		at, length := f.silence()
		limit := shortSilence
		if f.takesTurns() {
			limit += f.slowest
		}
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
		if c.Kind == "workers" || c.Kind == "client-pool" {
			return true
		}
	}
	return false
}

// moment is the end of a request, and when its providers were done.
type moment struct {
	end, due time.Duration
	answered bool
}

// silence is the longest time between two answers in which a request was overdue.
func (f *facts) silence() (at, length time.Duration) {
	window := f.cell.Generator.Window
	slices.SortFunc(f.moments, func(a, b moment) int { return int(a.end - b.end) })
	overdue, next := window, window // the earliest due of what ended from next on
	for i := len(f.moments) - 1; i >= -1; i-- {
		m := moment{end: 0, due: window, answered: true} // the window's begin
		if i >= 0 {
			m = f.moments[i]
		}
		if m.answered && m.end < window {
			from := max(m.end, overdue, 0)
			if l := next - from; l > length {
				at, length = from, l
			}
			next = max(m.end, 0)
		}
		overdue = min(overdue, m.due)
	}
	return at, length
}
