package metric

var achieved = Metric{
	ID: Achieved, Name: "achieved", Unit: PerSecond, Better: Higher,
	Doc: "good answers completed in the window, per second, those to requests of the warm-up included",
	of:  func(f *facts) Value { return f.achieved() },
}

func (f *facts) achieved() Value {
	if why, ok := f.raw(); !ok {
		return missing(why)
	}
	return known(float64(f.goodIn) / f.cell.Generator.Window.Seconds())
}
