package metric

import "github.com/notifybench/notifybench/internal/record"

var errorShare = Metric{
	ID: Errors, Name: "errors", Unit: Share, Better: Lower,
	Doc: "of all requests due in the window, those not answered well: refused, failed, partial, wrong, " +
		"timed out, unfinished or unsent; in a closed loop of the requests that ended in the window, " +
		"since what is cut off there had merely been waiting its turn",
	of: func(f *facts) Value {
		if f.load.Open {
			return errorsOf(&f.cell.Generator)
		}
		if why, ok := f.raw(); !ok {
			return missing(why)
		}
		if f.doneIn == 0 {
			return missing("no request ended in the window")
		}
		return known(1 - float64(f.goodIn)/float64(f.doneIn))
	},
}

func errorsOf(g *record.Generator) Value {
	due := g.Sent + g.Unsent
	if due == 0 {
		return missing("nothing was sent")
	}
	return known(1 - float64(goodOf(g))/float64(due))
}

// goodOf is how many of the requests of the window were answered well.
func goodOf(g *record.Generator) (n uint64) {
	for outcome, count := range g.Outcomes {
		if outcome.Good() {
			n += count
		}
	}
	return n
}
