package claim

var notReproduced = verdict{
	name:    NotReproduced,
	doc:     "the median of the valid trials is outside what is stated; by how much, and what bound it, is given",
	applies: func(f *finding) bool { return !f.met() },
	fill:    func(f *finding, r *Result) { r.Measured, r.Notes = f.words(f.outside), f.remarks() },
}
