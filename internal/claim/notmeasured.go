package claim

var notMeasured = verdict{
	name: NotMeasured,
	doc:  "there is no figure to judge, or none to believe; the reason is given",
	applies: func(f *finding) bool {
		return f.absence.kind != ""
	},
	fill: func(f *finding, r *Result) {
		r.Measured, r.Absence = f.absence.why, f.absence.kind
		if f.ceiling.exceeded() {
			r.Notes = append(r.Notes, "known without measuring: "+f.ceiling.words())
		}
	},
}
