package gate

// confirmError is the error of the bound by which a regression is confirmed. It need not be
// small: by chance alone it is needed after a look that was itself wrong.
const confirmError = 0.05

// Confirm is what fresh blocks say of a metric that a look has called worse: REGRESSED where
// they alone show that it is worse at all (one-sided, 95%), by an estimate above the effect and
// not below the floor; else INCONCLUSIVE. The blocks of the look are not among them: a look is
// taken because it is extreme, and its blocks would carry the chance of that along.
func Confirm(r Rule, fresh []Block) Finding {
	e := estimated(r, fresh, confirmError, confirmError)
	e.Verdict = Inconclusive
	if e.confirms() {
		e.Verdict = Regressed
	}
	e.Why = e.confirmWords()
	return e.Finding
}

func (e estimate) confirms() bool {
	return e.known && !e.quiet && e.Bounds.Lo > 0 && e.Change > e.Effect && e.difference() >= e.Floor
}
