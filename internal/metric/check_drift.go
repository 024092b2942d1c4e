package metric

import "github.com/notifybench/notifybench/internal/steady"

var checkDrift = Check{
	ID: "drift",
	Doc: "mean response time and number of answers, second half of the window against the first, by more than three " +
		"standard errors (p < .01, by batches); not under a changing load, with a growing backlog, or within a slice",
	Flag:    "> 5%",
	Invalid: "> 5% still when measured again after twice the warm-up",
	run: func(f *facts) result {
		h := f.cell.Generator.Halves
		_, growing := f.backlog()
		switch {
		case f.load.Changing || growing || f.fills(), f.cell.Slice > 0: // slices alternate: what drifts meets all rows alike
			return fine()
		case h == nil:
			return unchecked("the generator did not tell the halves of the window apart")
		}
		drift := steady.Drifted(*h)
		if drift == "" {
			return fine()
		}
		if f.cell.Repeated != "" {
			return found(Invalid, "it drifts also after a longer warm-up: %s from half to half", drift)
		}
		return found(Flagged, "it drifts: %s from half to half", drift)
	},
}

// fills says that a half of the window is too short for one round of a closed
// loop's connections: their waiting is still growing to its steady length.
func (f *facts) fills() bool {
	h := f.cell.Generator.Halves
	return h != nil && !f.load.Open && min(h[0].Count, h[1].Count) < uint64(f.load.Connections)
}
