package metric

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
)

// checkProcesses reports a property: the kernel deals connections out, not
// requests, and a server may leave it at that.
var checkProcesses = Check{
	ID:   "process-share",
	Doc:  "requests answered by the busiest process of a server over those of the least busy, beyond chance",
	Flag: "> 1.5",
	run: func(f *facts) result {
		if f.subject.Processes < 2 || f.cell.Server.Killed > 0 { // one that comes later has answered less
			return fine()
		}
		counts := slices.SortedFunc(maps.Values(f.cell.Generator.Processes), func(a, b uint64) int { return cmp.Compare(b, a) })
		if len(counts) == 0 {
			return unchecked("the server does not say which process answered")
		}
		for len(counts) < f.subject.Processes { // one that answered nothing is not named
			counts = append(counts, 0)
		}
		most, least := counts[0], counts[f.subject.Processes-1]
		// Of counts, the standard error of the logarithm of their ratio; half a
		// request more keeps that of none finite.
		a, b := float64(most)+0.5, float64(least)+0.5
		ratio, se := a/b, math.Sqrt(1/a+1/b)
		if math.Log(ratio)-standardErrors*se <= math.Log(1.5) {
			return fine()
		}
		return found(Flagged, "its processes share the requests unevenly: the busiest answered %s, the least busy %s",
			Thousands(fmt.Sprint(most)), Thousands(fmt.Sprint(least)))
	},
}
