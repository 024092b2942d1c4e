package gatetest

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
)

// pool is the real blocks of one injection, those of its real gates too.
type pool struct {
	injection Injection
	blocks    []gate.Block
	took      []time.Duration
	injected  []Injected
}

// pools are the blocks by injection, in the order in which they first come.
func pools(blocks []Measured) []*pool {
	var all []*pool
	at := map[Injection]*pool{}
	for i := range blocks {
		m := &blocks[i]
		p := at[m.Injection]
		if p == nil {
			p = &pool{injection: m.Injection}
			at[m.Injection] = p
			all = append(all, p)
		}
		p.blocks = append(p.blocks, m.Block)
		p.took = append(p.took, m.Took)
		p.injected = append(p.injected, m.Injected)
	}
	return all
}

// alone is the pool with nothing but one metric: what this metric would find, with its part
// of the error, if no other ended the gate first.
func (p *pool) alone(metric string) *pool {
	q := &pool{injection: p.injection, blocks: slices.Clone(p.blocks), took: p.took}
	for i := range q.blocks {
		b := &q.blocks[i]
		pair, ok := b.Values[metric]
		b.Values = nil
		if ok {
			b.Values = map[string]gate.Pair{metric: pair}
		}
	}
	return q
}

// rejected is the number of invalid blocks.
func (p *pool) rejected() (n int) {
	for i := range p.blocks {
		if p.blocks[i].Invalid != "" {
			n++
		}
	}
	return n
}

// random is the source of a pool: its own, so that it does not depend on which other pools there are.
func (p *pool) random(seed uint64) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(p.injection.String()))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// outcome is what is counted of one gate.
type outcome struct {
	verdict gate.Verdict
	found   bool
	metrics []gate.Verdict // in the order of the rules; nil: of none is anything known
	blocks  int
	took    time.Duration
}

// trial carries out one gate with blocks that draw gives by number, from 0 to below n.
type trial func(blocks []gate.Block, took []time.Duration, draw func() int) outcome

// byGate is the trial by the machine of package gate. It is for one goroutine.
func byGate(p *Plan, i Injection) trial {
	quick := gate.NewQuick(p.Policy)
	return func(blocks []gate.Block, took []time.Duration, draw func() int) outcome {
		g := play(quick.Gate(), p.Budget, func() (gate.Block, time.Duration, bool) {
			k := draw()
			return blocks[k], took[k], true
		})
		return g.outcome(p.Policy, i)
	}
}

func (g *played) outcome(p gate.Policy, i Injection) outcome {
	o := outcome{verdict: g.result.Verdict, found: found(&g.result, i), blocks: g.blocks, took: g.took}
	o.metrics = make([]gate.Verdict, len(p.Rules))
	for r := range p.Rules {
		for f := range g.result.Findings {
			if g.result.Findings[f].Metric == p.Rules[r].Metric {
				o.metrics[r] = g.result.Findings[f].Verdict
			}
		}
	}
	return o
}

// resampled are the tallies of a pool: of all pseudo-gates drawn from it, and of each of
// the pools that were drawn from it in turn.
type resampled struct {
	all   *tally
	drawn []*tally
}

// Draws are how many pseudo-gates are made, and by what random numbers: PCG by the seed and
// the name of the pool.
type Draws struct {
	Gates int `json:"gates"` // of each pool
	// Pools are drawn from each pool for the intervals, with Inside gates of each.
	Pools  int    `json:"pools"`
	Inside int    `json:"inside"`
	Seed   uint64 `json:"seed"`
}

// DefaultDraws is what is published.
func DefaultDraws() Draws { return Draws{Gates: 10_000, Pools: 200, Inside: 200, Seed: 1} }

// resample carries out the pseudo-gates of a pool. It ends early with ctx.
func (p *pool) resample(ctx context.Context, d Draws, rules int, gate trial) (*resampled, error) {
	rng := p.random(d.Seed)
	n := len(p.blocks)
	r := &resampled{all: newTally(rules)}
	for range d.Gates {
		r.all.add(gate(p.blocks, p.took, func() int { return rng.IntN(n) }))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	chosen := make([]int, n)
	for range d.Pools {
		for i := range chosen {
			chosen[i] = rng.IntN(n)
		}
		t := newTally(rules)
		for range d.Inside {
			t.add(gate(p.blocks, p.took, func() int { return chosen[rng.IntN(n)] }))
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.drawn = append(r.drawn, t)
	}
	return r, nil
}
