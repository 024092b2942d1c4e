package gate

import "github.com/notifybench/notifybench/internal/stats"

// Quick makes gates of one policy of which only the verdicts are wanted, for those who make
// thousands: they ask for the same blocks and decide the same, by the same rules, but leave out
// what decides nothing, as ranks, plans and words. It remembers quantiles, and so is not safe for concurrent use, nor are two of its gates.
type Quick struct {
	policy      Policy
	alpha, miss []float64 // of each look
	factors     map[factor]float64
}

// factor names a quantile of Student's t.
type factor struct {
	alpha float64
	df    int
}

// NewQuick prepares for a policy, which must pass Check.
func NewQuick(p Policy) *Quick {
	q := &Quick{policy: p, factors: map[factor]float64{}}
	for look := range p.Looks {
		q.alpha, q.miss = append(q.alpha, p.alpha(look)), append(q.miss, p.miss(look))
	}
	return q
}

// Gate starts one.
func (q *Quick) Gate() *Gate {
	g := New(q.policy)
	g.quick = q
	return g
}

// judge is Judge over what was measured for looks.
func (g *Gate) judge(r Rule, look int) Finding {
	if g.quick != nil {
		return g.quick.judge(r, look, g.first)
	}
	return Judge(g.policy, r, look, g.first)
}

// confirmed is Confirm over the fresh blocks.
func (g *Gate) confirmed(r Rule) Finding {
	if g.quick != nil {
		return g.quick.confirm(r, g.fresh)
	}
	return Confirm(r, g.fresh)
}

// judge is Judge without what decides nothing.
func (q *Quick) judge(r Rule, look int, blocks []Block) Finding {
	e := q.estimated(r, blocks, q.alpha[look], q.miss[look])
	if e.Verdict = e.verdict(); e.Verdict == Undecided && look == len(q.policy.Looks)-1 {
		e.Verdict = Inconclusive
	}
	return e.Finding
}

// confirm is Confirm without what decides nothing.
func (q *Quick) confirm(r Rule, fresh []Block) Finding {
	e := q.estimated(r, fresh, confirmError, confirmError)
	if e.Verdict = Inconclusive; e.confirms() {
		e.Verdict = Regressed
	}
	return e.Finding
}

// estimated is what verdicts need of an estimate.
func (q *Quick) estimated(r Rule, blocks []Block, alpha, miss float64) estimate {
	s := gather(r, blocks)
	e := estimate{Finding: Finding{Rule: r, Blocks: len(s.logs)}, all: s.blocks, quiet: s.silent()}
	if r.Floor > 0 {
		e.Arms[Base], _ = stats.Median(s.arms[Base])
		e.Arms[Candidate], _ = stats.Median(s.arms[Candidate])
	}
	if e.mean, e.known = stats.TrimmedMean(s.logs, trim); !e.known {
		return e
	}
	e.margin, e.top = q.margin(e.mean, alpha), e.mean.Mean+q.margin(e.mean, miss)
	e.Change = share(e.mean.Mean)
	e.Bounds.Lo = share(e.mean.Mean - e.margin)
	return e
}

// margin is Trimmed.Margin by a quantile that is remembered.
func (q *Quick) margin(t stats.Trimmed, alpha float64) float64 {
	of := factor{alpha, t.DF}
	f, known := q.factors[of]
	if !known {
		f = stats.Trimmed{SE: 1, DF: t.DF}.Margin(alpha)
		q.factors[of] = f
	}
	return f * t.SE
}
