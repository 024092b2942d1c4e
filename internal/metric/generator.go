package metric

var generatorCPU = Metric{
	ID: "generator_cpu", Name: "generator CPU", Unit: Share, Better: Neither,
	Doc: "CPU time of the load generator in the window, of one core",
	of: func(f *facts) Value {
		used, window := f.cell.Machine.GeneratorCPU, f.cell.Generator.Window
		if used == nil || window <= 0 {
			return missing("CPU time cannot be measured on this platform")
		}
		return known(float64(*used) / float64(window))
	},
}
