package gate

import (
	"cmp"
	"fmt"
	"slices"
)

// Result is what is known, at any time; once the gate is over it stays the same. Its verdict
// may be worse than those of all findings: wrong answers, failed requests and a server that
// died belong to no metric.
func (g *Gate) Result() Result {
	r := Result{
		Findings: g.now(), Looks: slices.Clone(g.looks),
		Blocks: g.tally.valid, Rejected: g.tally.rejected, Counts: g.tally.counts,
	}
	r.Verdict = g.whole(r.Findings)
	r.Why = g.sentence(r)
	return r
}

// whole is the verdict of all.
func (g *Gate) whole(findings []Finding) Verdict {
	switch {
	case !g.over:
		return Undecided
	case g.verdict != Undecided:
		return g.verdict
	}
	var verdicts []Verdict
	for _, f := range findings {
		verdicts = append(verdicts, f.Verdict)
	}
	if g.doubt != "" {
		verdicts = append(verdicts, Inconclusive)
	}
	return Worst(verdicts...)
}

// sentence is the whole in one sentence.
func (g *Gate) sentence(r Result) string {
	switch r.Verdict {
	case Undecided:
		return fmt.Sprintf("under way: %s of at most %d", count(r.Blocks, "valid block"), g.most())
	case Regressed, Invalid:
		return cmp.Or(g.why, of(r, Regressed, "regressed", "regressed"))
	case Inconclusive:
		return cmp.Or(of(r, Inconclusive, "is inconclusive", "are inconclusive"), g.doubt, of(r, NotGated, "is not gated", "are not gated"))
	case Improved:
		return of(r, Improved, "improved", "improved") + "; nothing is worse than tolerated"
	}
	text := fmt.Sprintf("nothing is worse than tolerated: %s over %s", count(len(named(r, Pass)), "metric"), count(r.Blocks, "block"))
	if silent := named(r, NotGated); len(silent) > 0 {
		text += "; not gated: " + list(silent)
	}
	return text
}

// of names the metrics of a verdict and says why of the first; empty where there is none.
func of(r Result, v Verdict, one, many string) string {
	names := named(r, v)
	if len(names) == 0 {
		return ""
	}
	first := r.Findings[slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Verdict == v })]
	if len(names) == 1 {
		return fmt.Sprintf("%s %s: %s", first.Metric, one, first.Why)
	}
	return fmt.Sprintf("%s %s; %s: %s", list(names), many, first.Metric, first.Why)
}

// named are the metrics of a verdict.
func named(r Result, v Verdict) []string {
	var names []string
	for _, f := range r.Findings {
		if f.Verdict == v {
			names = append(names, f.Metric)
		}
	}
	return names
}
