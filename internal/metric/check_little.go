package metric

import (
	"math"
	"time"
)

// ownTime is what the generator itself needs of a request's time before it counts
// it and after.
const ownTime = 50 * time.Microsecond

// halfRequest is what looks at regular times may miss of requests that come at regular
// times, too: with fewer than one in flight they may meet none, or each.
const halfRequest = 0.5

// checkLittle: both sides are of the same window, so that only the looks are a
// sample. Independent looks would err by SD/√n; these are evenly spread, and err less.
var checkLittle = Check{
	ID: "littles-law",
	Doc: "requests in flight as the generator counts them every few ms, against the sum of the requests' times " +
		"over the window (throughput × latency), beyond chance, half a request, and 50 µs a request of the generator's own",
	Flag:    "> 5% apart",
	Invalid: "> 15% apart",
	run: func(f *facts) result {
		looked := f.cell.Generator.InFlight
		switch {
		case f.trimmed:
			return unchecked("Little's law: " + trimmedWhy)
		case looked == nil || looked.Count == 0:
			return unchecked("the generator did not count its requests in flight")
		}
		timed := f.mean()
		if timed == 0 || math.Abs(looked.Mean-timed) < halfRequest {
			return fine()
		}
		own := ownTime.Seconds() * float64(len(f.service)) / f.cell.Generator.Window.Seconds()
		apart := max(0, math.Abs(looked.Mean-timed)-own) / timed
		se := looked.SD / math.Sqrt(float64(looked.Count)) / timed
		return found(surely(apart, se, 0.05, 0.15),
			"%s requests were in flight by count, %s by their times: Little's law is off by %s",
			significant(looked.Mean, 3), significant(timed, 3), percent(apart))
	},
}
