package gatetest

import (
	"time"

	"github.com/notifybench/notifybench/internal/gate"
)

// outOfTime is what a gate is told whose budget is used up.
const outOfTime = "the time is used up"

// played is a gate as far as there were blocks for it.
type played struct {
	result gate.Result
	blocks int // all that were measured for it, the invalid and the fresh ones too
	took   time.Duration
	over   bool
	ask    gate.Ask // what it wants next; where it is not over
}

// play carries out a gate as the real one is: block by block until it has decided or its
// time is used up. Draw gives the next block; ok is false when there is none.
func play(g *gate.Gate, budget time.Duration, draw func() (b gate.Block, took time.Duration, ok bool)) played {
	var out played
	for {
		ask, more := g.Next()
		if more && budget > 0 && out.took >= budget {
			g.End(outOfTime)
			more = false
		}
		if !more {
			out.over = true
			break
		}
		b, took, ok := draw()
		if !ok {
			out.ask = ask
			break
		}
		out.blocks++
		out.took += took
		b.N, b.Confirm = out.blocks, ask.Confirm
		g.Observe(b)
	}
	out.result = g.Result()
	return out
}

// replay is the real gate k of an injection from its blocks.
func (p *Plan) replay(blocks []Measured, i Injection, k int) played {
	next := 0
	return play(gate.New(p.Policy), p.Budget, func() (gate.Block, time.Duration, bool) {
		for ; next < len(blocks); next++ {
			if m := &blocks[next]; m.Injection == i && m.Gate == k {
				next++
				return m.Block, m.Took, true
			}
		}
		return gate.Block{}, 0, false
	})
}

// found says whether the gate is red by what ought to show the injection: its metric, or
// the answers themselves.
func found(r *gate.Result, i Injection) bool {
	if r.Verdict != gate.Regressed {
		return false
	}
	if i.Kind == Fail {
		return r.Counts[gate.Candidate].Broken()
	}
	for j := range r.Findings {
		if f := &r.Findings[j]; f.Metric == i.Metric && f.Verdict == gate.Regressed {
			return true
		}
	}
	return false
}
