package claim

var reproduced = verdict{
	name:    Reproduced,
	doc:     "the median of the valid trials is within what is stated",
	applies: func(f *finding) bool { return f.met() },
	fill: func(f *finding, r *Result) {
		r.Measured, r.Notes = f.words(""), f.remarks()
		if f.ceiling.exceeded() {
			r.Notes = append(r.Notes, f.ceiling.words()+"; what was measured is within the tolerance all the same")
		}
	},
}
