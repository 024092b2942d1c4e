package metric

import "github.com/notifybench/notifybench/internal/record"

var errorShare = Metric{
	ID: Errors, Name: "errors", Unit: Share, Better: Lower,
	Doc: "of all requests due in the window, those not answered well: refused, failed, partial, wrong, " +
		"timed out, unfinished or unsent",
	of: func(f *facts) Value { return errorsOf(&f.cell.Generator) },
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
