package gate

import (
	"fmt"
	"slices"

	"github.com/notifybench/notifybench/internal/stats"
)

// takeLook judges what is undecided over all that was measured for looks.
func (g *Gate) takeLook() {
	look := g.look
	g.look++
	if g.tally.tooMany(g.tally.valid, g.policy.MaxInvalid) {
		return // there is a later look, or the last block would have ended it
	}
	verdict, why, _ := g.tally.errors(stats.Spend(errorsError/2, g.policy.Looks)[look])
	seen := Look{Blocks: len(g.first)}
	for i, r := range g.policy.Rules {
		f := g.judge(r, look)
		seen.Findings = append(seen.Findings, g.take(i, f))
	}
	g.looks = append(g.looks, seen)
	if verdict != Undecided {
		g.stop(verdict, why)
		return
	}
	g.settle()
}

// take takes what a look says of a metric, and returns it as the look shows it. The first
// decision stands: later looks only show how the metric went on.
func (g *Gate) take(i int, f Finding) Finding {
	before := &g.findings[i]
	if before.Verdict != Undecided {
		f.Verdict, f.Why, f.Visible, f.Needs = before.Verdict, "", 0, 0
		return f
	}
	*before = f
	if f.Verdict == Regressed {
		before.Verdict = Undecided
		g.red = append(g.red, i)
	}
	return f
}

// settle ends the gate when nothing is left to measure.
func (g *Gate) settle() {
	open := slices.ContainsFunc(g.findings, func(f Finding) bool { return f.Verdict == Undecided })
	if !open {
		g.stop(Undecided, "")
	}
}

// confirm decides all that is red by the fresh blocks.
func (g *Gate) confirm() {
	if g.tally.tooMany(g.tally.valid, g.policy.MaxInvalid) {
		g.stop(Invalid, g.tally.noise(g.policy.MaxInvalid))
		return
	}
	var confirmed []string
	for _, i := range g.red {
		f := &g.findings[i]
		c := g.confirmed(f.Rule)
		f.Confirmed, f.Verdict = &c, c.Verdict
		if c.Verdict == Regressed {
			f.Why += "; confirmed: " + c.Why
			confirmed = append(confirmed, f.Metric)
			continue
		}
		f.Why = fmt.Sprintf("%s said %s, %s: not confirmed", count(f.Blocks, "block"), change(f.Change), c.unlike())
	}
	g.red, g.fresh, g.extra = nil, nil, g.extra+g.policy.Confirm
	if len(confirmed) > 0 {
		g.stop(Undecided, "the gate ended when "+list(confirmed)+" regressed")
		return
	}
	g.settle()
}

// unlike is what fresh blocks say that do not confirm.
func (f Finding) unlike() string {
	if f.Blocks == 0 {
		return "fresh ones nothing"
	}
	return fmt.Sprintf("%d fresh ones %s", f.Blocks, change(f.Change))
}
