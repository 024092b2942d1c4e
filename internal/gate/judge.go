package gate

import "math"

// Judge is what one look says of one metric; look is its place in p.Looks, and blocks are all
// valid ones so far, without those that were to confirm something.
//
// REGRESSED: surely worse by more than the effect, and not below the floor. It is to be
// confirmed by fresh blocks. IMPROVED: the same with the arms swapped. PASS: surely worse by
// less than the tolerance (or than the floor, where that is more). "Surely" is a one-sided
// bound with the error that this look may spend. A metric may be surely above the effect and
// surely below the tolerance: then it is REGRESSED, since the effect is what the team calls a
// regression. NOT GATED: more than a quarter of the blocks have no value. Otherwise the
// metric is undecided, and INCONCLUSIVE at the last look.
func Judge(p Policy, r Rule, look int, blocks []Block) Finding {
	e := estimated(r, blocks, p.alpha(look), p.miss(look))
	e.Verdict = e.verdict()
	if e.Verdict == Undecided && look == len(p.Looks)-1 {
		e.Verdict = Inconclusive
		e.plan()
	}
	e.Why = e.words()
	return e.Finding
}

func (e estimate) verdict() Verdict {
	switch {
	case e.quiet:
		return NotGated
	case !e.known:
		return Undecided
	case e.worse():
		return Regressed
	case e.better():
		return Improved
	case e.top < math.Log1p(e.tolerated()):
		return Pass
	}
	return Undecided
}
