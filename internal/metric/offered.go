package metric

var offered = Metric{
	ID: Offered, Name: "offered", Unit: PerSecond, Better: Neither,
	Doc: "requests that fell due in the window, per second; a closed loop offers no rate",
	of: func(f *facts) Value {
		if !f.load.Open {
			return missing("a closed loop offers no rate")
		}
		if f.cell.Generator.Window <= 0 {
			return missing("the window has no length")
		}
		return known(float64(f.cell.Generator.Scheduled) / f.cell.Generator.Window.Seconds())
	},
}
