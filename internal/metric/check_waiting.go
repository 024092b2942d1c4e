package metric

// checkWaiting looks at the rows whose slice it is not: their processes are up, and
// what they use they take from the one that is measured.
var checkWaiting = Check{
	ID:      "waiting",
	Doc:     "CPU of servers that wait for their slice, and of their providers, of one core",
	Flag:    "> 1%",
	Invalid: "> 5%",
	run: func(f *facts) result {
		used, window := f.cell.Machine.WaitingCPU, f.cell.Generator.Window
		if used == nil || window <= 0 {
			return fine()
		}
		share := float64(*used) / float64(window)
		return found(between(share, 0.01, 0.05), "servers that waited for their slice used %s of a core", percent(share))
	},
}
