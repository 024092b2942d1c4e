package metric

var providerInFlight = Metric{
	ID: ProviderInFlight, Name: "provider in-flight", Unit: Calls, Better: Neither,
	Doc: "the most calls in flight at once at the busiest provider, as it counts them itself, warm-up included",
	of: func(f *facts) Value {
		if len(f.cell.Providers.Providers) == 0 {
			return missing("the providers reported nothing")
		}
		peak := int64(0)
		for _, p := range f.cell.Providers.Providers {
			peak = max(peak, p.InFlightPeak)
		}
		return known(float64(peak))
	},
}
