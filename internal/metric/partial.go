package metric

import "github.com/notifybench/notifybench/internal/record"

var partial = Metric{
	ID: Partial, Name: "partial", Unit: Share, Better: Neither,
	Doc: "of all requests due in the window, those answered 207: some of their channels were sent, and the answer " +
		"says which; in a closed loop of the requests that ended in the window",
	of: func(f *facts) Value {
		if f.load.Open {
			return f.shareOf(record.OutcomePartial)
		}
		if why, ok := f.raw(); !ok {
			return missing(why)
		}
		if f.doneIn == 0 {
			return missing("no request ended in the window")
		}
		return known(float64(f.partialIn) / float64(f.doneIn))
	},
}

// shareOf is the share of an outcome among all requests due.
func (f *facts) shareOf(o record.Outcome) Value {
	g := &f.cell.Generator
	due := g.Sent + g.Unsent
	if due == 0 {
		return missing("nothing was sent")
	}
	return known(float64(g.Outcomes[o]) / float64(due))
}
