package metric

var unsent = Metric{
	ID: "unsent", Name: "unsent", Unit: Share, Better: Lower,
	Doc: "of the requests due in the window, those not sent because too many were in flight",
	of: func(f *facts) Value {
		g := &f.cell.Generator
		if !f.load.Open {
			return missing("a closed loop sends when it can")
		}
		if g.Scheduled == 0 {
			return missing("nothing fell due")
		}
		return known(float64(g.Unsent) / float64(g.Scheduled))
	},
}
