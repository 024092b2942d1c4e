package metric

var callsPerRequest = Metric{
	ID: CallsPerRequest, Name: "calls/req", Unit: Calls, Better: Neither,
	Doc: "provider calls for each request that ended well, warm-up included: what retries, failures and requests " +
		"that nobody waited for any more have cost the providers is in it",
	of: func(f *facts) Value {
		g := &f.cell.Generator
		switch {
		case len(f.cell.Providers.Providers) == 0:
			return missing(f.noCalls())
		case g.WarmupGood == nil:
			return missing("the record does not say how the requests of the warm-up ended")
		}
		good := *g.WarmupGood
		for outcome, n := range g.Outcomes {
			if outcome.Good() {
				good += n
			}
		}
		if good == 0 {
			return missing("no request ended well")
		}
		return known(float64(callsSeen(f.cell)) / float64(good))
	},
}
