package gatetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
)

// Want is what is to be measured under one injection.
type Want struct {
	Injection
	Blocks int // valid ones, those of the real gates too
	Gates  int // real gates
}

// mayFail is how many more blocks than wanted are measured at most, since some are
// invalid: an injection that lets no block be valid must not be measured for ever.
const mayFail = 1.5

// Plan is all that is to be measured, and the policy that it is for.
type Plan struct {
	Policy gate.Policy
	Budget time.Duration // of one gate; 0: none
	Seed   uint64
	Wants  []Want
	Draws  Draws
}

// The sizes that the self-test promises.
const (
	alikeBlocks    = 200
	injectedBlocks = 48
)

// Default is what is published: 200 blocks of A/A, 48 of every injection, and 20 real gates.
func Default(p gate.Policy) Plan {
	plan := Plan{Policy: p, Seed: 1, Draws: DefaultDraws(), Wants: []Want{{Injection{Kind: None}, alikeBlocks, 14}}}
	gates := map[Injection]int{{Hold, Median, 0.10}: 2, {Hold, Median, 0.20}: 2, {Fail, "", 0.05}: 2}
	for _, of := range []struct {
		kind   Kind
		metric string
	}{{Work, CPU}, {Hold, Median}, {Ballast, Memory}, {Fail, ""}} {
		for _, level := range []float64{0.02, 0.05, 0.10, 0.20} {
			i := Injection{of.kind, of.metric, level}
			plan.Wants = append(plan.Wants, Want{i, injectedBlocks, gates[i]})
		}
	}
	// A hold delays the fast requests as much as the slow ones: one level of the 99th
	// percentile, which has a target, is more than all of the median.
	plan.Wants = append(plan.Wants, Want{Injection{Hold, Tail(p), 0.20}, injectedBlocks, 0})
	return plan
}

// Check says all that is wrong with the plan.
func (p *Plan) Check() error {
	var errs []error
	seen := map[Injection]bool{}
	for _, w := range p.Wants {
		if err := w.Check(); err != nil {
			errs = append(errs, err)
		}
		if w.Blocks < 0 || w.Gates < 0 {
			errs = append(errs, fmt.Errorf("%s: %d blocks and %d gates", w.Injection, w.Blocks, w.Gates))
		}
		if seen[w.Injection] {
			errs = append(errs, fmt.Errorf("%s is planned twice", w.Injection))
		}
		seen[w.Injection] = true
	}
	if d := p.Draws; d.Gates < 1 || d.Pools < 2 || d.Inside < 2 {
		errs = append(errs, fmt.Errorf("%d gates, %d pools of %d gates: draw at least 1, 2 and 2", d.Gates, d.Pools, d.Inside))
	}
	return errors.Join(append(errs, p.Policy.Check())...)
}

// Step is the next block of a pool, on its own or in a real gate.
type Step struct {
	Injection Injection
	Gate      int  // 0: on its own
	N         int  // of the block within its pool or gate, from 1
	Confirm   bool // a fresh one
}

// Missing is what is still to be measured: every block of the pools, and of each real
// gate that is not over its next block. The pools take turns by their share of what is
// wanted, so that a run that is stopped has some of each. A real gate is so many blocks of
// its pool that follow each other: it is begun when the pool has its turn, and nothing is
// measured between its blocks.
func (p *Plan) Missing(blocks []Measured) []Step {
	begun, waiting := p.missingGates(blocks)
	valid, all := count(blocks)
	for _, s := range begun {
		hope(valid, all, s, p.gateBlocks(s))
	}
	steps := begun
	for {
		i, found := p.turn(valid, all)
		if !found {
			break
		}
		s := Step{Injection: i, N: all[i] + 1}
		if gates := waiting[i]; len(gates) > 0 {
			s, waiting[i] = gates[0], gates[1:]
		}
		hope(valid, all, s, p.gateBlocks(s))
		steps = append(steps, s)
	}
	for _, w := range p.Wants {
		steps = append(steps, waiting[w.Injection]...)
	}
	return steps
}

// turn is the injection that has least of what is wanted of it.
func (p *Plan) turn(valid, all map[Injection]int) (i Injection, found bool) {
	least := 1.0
	for _, w := range p.Wants {
		share := max(float64(valid[w.Injection])/float64(w.Blocks), float64(all[w.Injection])/(mayFail*float64(w.Blocks)))
		if w.Blocks > 0 && share < least {
			i, least, found = w.Injection, share, true
		}
	}
	return i, found
}

// gateBlocks is how many blocks a step will have led to: those of a real gate to its first
// look at least.
func (p *Plan) gateBlocks(s Step) int {
	if s.Gate == 0 {
		return 1
	}
	return max(1, p.Policy.Looks[0]-s.N+1)
}

// hope counts blocks that are to be measured, as if all came out valid.
func hope(valid, all map[Injection]int, s Step, n int) {
	valid[s.Injection] += n
	all[s.Injection] += n
}

// count is the number of blocks of each pool.
func count(blocks []Measured) (valid, all map[Injection]int) {
	valid, all = map[Injection]int{}, map[Injection]int{}
	for i := range blocks {
		m := &blocks[i]
		all[m.Injection]++
		if m.Block.Invalid == "" {
			valid[m.Injection]++
		}
	}
	return valid, all
}

// missingGates are the next blocks of the real gates that have begun, and the first ones of
// those that wait for their turn.
func (p *Plan) missingGates(blocks []Measured) (begun []Step, waiting map[Injection][]Step) {
	waiting = map[Injection][]Step{}
	for _, w := range p.Wants {
		for k := 1; k <= w.Gates; k++ {
			g := p.replay(blocks, w.Injection, k)
			step := Step{w.Injection, k, g.blocks + 1, g.ask.Confirm}
			switch {
			case g.over:
			case g.blocks > 0:
				begun = append(begun, step)
			default:
				waiting[w.Injection] = append(waiting[w.Injection], step)
			}
		}
	}
	return begun, waiting
}
