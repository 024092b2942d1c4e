package gate

import (
	"fmt"
	"slices"
)

// Gate is the gate of one server under way: a machine that says what to measure next and is
// told what came of it. It is not safe for concurrent use.
//
// Looks. At each of Policy.Looks every metric that is undecided is judged (Judge) over the
// valid blocks so far. What is decided stays decided. The error of the policy is spent over the
// looks by a Pocock-type function and divided by the number of metrics, so that over a whole
// gate anything is called worse with about that probability although nothing changed. That
// holds where the effect is 0, the worst case, and before anything is confirmed: simulated with
// five metrics and 1%, 1.4% with normal noise and 1.0% with heavy tails. An effect above 0
// and the confirmation leave a fraction of it (rates_test.go).
//
// Confirmation. What a look calls worse is measured again: Policy.Confirm fresh blocks, which
// are used for nothing else. If they confirm it (Confirm) the gate ends, REGRESSED; if not,
// that metric is INCONCLUSIVE and the others go on.
//
// Invalid blocks are replaced, whatever their ratio was. While more than Policy.MaxInvalid of
// all are invalid there is no look: the next may mend it. The gate ends, INVALID, as soon as
// none can.
type Gate struct {
	policy   Policy
	quick    *Quick    // of which it is, or nil
	first    []Block   // valid ones, looked at
	fresh    []Block   // valid ones that are to confirm what is red
	extra    int       // valid ones that were fresh once
	look     int       // place of the next look
	red      []int     // places of the rules that wait for confirmation
	findings []Finding // of each rule; undecided ones as of the last look
	looks    []Look
	tally    tally

	over    bool
	verdict Verdict // of the whole, where it does not follow from the findings
	why     string
	doubt   string // why it is not a PASS though every metric may be
}

// Ask is what is to be measured next.
type Ask struct {
	Blocks  int  // so many more valid ones
	Confirm bool // fresh ones: their Block.Confirm is true
}

// New starts a gate. The policy must pass Check.
func New(p Policy) *Gate {
	g := &Gate{policy: p, tally: tally{why: map[string]int{}}}
	for _, r := range p.Rules {
		g.findings = append(g.findings, Finding{Rule: r})
	}
	return g
}

// Next is what is to be measured; ok is false when the gate is over.
func (g *Gate) Next() (a Ask, ok bool) {
	switch {
	case g.over:
		return Ask{}, false
	case g.confirming():
		return Ask{Blocks: g.policy.Confirm - len(g.fresh), Confirm: true}, true
	}
	return Ask{Blocks: g.policy.Looks[g.look] - len(g.first)}, true
}

func (g *Gate) confirming() bool { return len(g.red) > 0 }

// Observe takes a block, valid or not. One that was measured for something else than what is
// asked for now counts by its answers only. After the end it changes nothing.
func (g *Gate) Observe(b Block) {
	if g.over {
		return
	}
	g.tally.add(b)
	if verdict, why := g.tally.broken(b); verdict != Undecided {
		g.stop(verdict, why)
		return
	}
	switch {
	case b.Invalid != "":
		if g.tally.tooMany(g.most(), g.policy.MaxInvalid) {
			g.stop(Invalid, g.tally.noise(g.policy.MaxInvalid))
		}
	case b.Confirm != g.confirming():
	case b.Confirm:
		g.fresh = append(g.fresh, b)
		if len(g.fresh) == g.policy.Confirm {
			g.confirm()
		}
	default:
		g.first = append(g.first, b)
		if len(g.first) == g.policy.Looks[g.look] {
			g.takeLook()
		}
	}
}

// most is the number of valid blocks that there may be in the end, as far as is known.
func (g *Gate) most() int {
	n := slices.Max(g.policy.Looks) + g.extra
	if g.confirming() {
		n += g.policy.Confirm
	}
	return n
}

// End stops a gate that is not over: the time is spent, or somebody asked for it. What is
// undecided becomes INCONCLUSIVE; why says who or what ended it: "the budget of 15m is spent".
func (g *Gate) End(why string) {
	if !g.over {
		g.stop(Undecided, why)
	}
}

// stop ends the gate. The verdict is Undecided where it follows from the findings.
func (g *Gate) stop(verdict Verdict, why string) {
	g.findings = g.now()
	for i := range g.findings {
		f := &g.findings[i]
		switch {
		case f.Verdict != Undecided:
		case verdict == Invalid:
			f.Verdict, f.Why = Invalid, why
		default:
			g.leave(i, why)
		}
	}
	if verdict == Undecided {
		verdict, why, g.doubt = g.tally.errors(errorsError / 2)
	}
	if verdict != Undecided {
		g.why = why
	}
	g.over, g.verdict = true, verdict
}

// leave makes a finding that was still open INCONCLUSIVE.
func (g *Gate) leave(i int, why string) {
	f := &g.findings[i]
	f.Verdict = Inconclusive
	if slices.Contains(g.red, i) {
		f.Why = fmt.Sprintf("%s; not confirmed, after %d of %s: %s", f.Why, len(g.fresh), count(g.policy.Confirm, "fresh block"), why)
		return
	}
	if g.quick != nil {
		return
	}
	e := g.estimate(f.Rule)
	e.plan()
	f.Visible, f.Needs = e.Visible, e.Needs
	f.Why = why + "; " + e.soFar()
}

// estimate is what the blocks so far say of a metric, with the error of the look to come.
func (g *Gate) estimate(r Rule) estimate {
	look := min(g.look, len(g.policy.Looks)-1)
	return estimated(r, g.first, g.policy.alpha(look), g.policy.miss(look))
}

// now are the findings, the undecided ones with what all blocks so far say.
func (g *Gate) now() []Finding {
	findings := slices.Clone(g.findings)
	if g.quick != nil {
		return findings
	}
	for i, f := range findings {
		if f.Verdict == Undecided && !slices.Contains(g.red, i) {
			e := g.estimate(f.Rule)
			e.Why = e.soFar()
			findings[i] = e.Finding
		}
	}
	return findings
}
