package gatetest

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Event is told before each block.
type Event struct {
	Step Step
	Done int // blocks in the file, of pools and gates
	Left int // still to be measured, about: how many a real gate needs is not known
	// ETA is how long Left takes, by the mean of those done; 0: not known yet.
	ETA  time.Duration
	Last *Measured // the one before, of this run; nil: there is none
}

// Run measures what the plan wants and the file does not have, and analyses the whole. It
// can be stopped by ctx at any time, and called again: blocks that are in the file are
// kept. Notify may be nil.
func Run(ctx context.Context, f *File, p Plan, measure Measure, notify func(Event)) (*Result, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if metrics := MetricsOf(p.Policy); metrics != f.Header.Metrics {
		return nil, fmt.Errorf("the plan is for %s, the file for %s", metrics, f.Header.Metrics)
	}
	var last *Measured
	for {
		steps := p.Missing(f.Blocks)
		if len(steps) == 0 {
			return Analyse(ctx, f, p)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if notify != nil {
			notify(p.event(steps, f.Blocks, last))
		}
		m, err := p.measure(ctx, steps[0], len(f.Blocks), measure)
		if err != nil {
			return nil, err
		}
		if err := f.Append(m); err != nil {
			return nil, err
		}
		last = &m
	}
}

// measure carries out a step. Of the blocks in a file no two have the same seed, but those that stand in two pools.
func (p *Plan) measure(ctx context.Context, s Step, done int, measure Measure) (Measured, error) {
	m := Measured{Injection: s.Injection, Gate: s.Gate, Seed: rand.New(rand.NewPCG(p.Seed, uint64(done))).Uint64()}
	began := time.Now()
	b, injected, err := measure(ctx, s, m.Seed)
	if err == nil {
		err = ctx.Err() // what was cut short is no block
	}
	if err != nil {
		return m, fmt.Errorf("%s, block %d: %w", s.Injection, s.N, err)
	}
	m.Took, m.Injected, m.Block = cmp.Or(injected.Took, time.Since(began)), injected, b
	m.Seed = cmp.Or(injected.Seed, m.Seed)
	m.Block.N, m.Block.Confirm = s.N, s.Confirm
	return m, nil
}

// event is what is known before the first of the steps.
func (p *Plan) event(steps []Step, blocks []Measured, last *Measured) Event {
	e := Event{Step: steps[0], Done: len(blocks), Last: last}
	var took time.Duration
	for i := range blocks {
		took += blocks[i].Took
	}
	usual := p.Policy.Looks[len(p.Policy.Looks)/2] // of a gate: a middle look
	for _, s := range steps {
		if s.Gate == 0 {
			e.Left++
		} else {
			e.Left += max(1, usual-s.N+1)
		}
	}
	if len(blocks) > 0 {
		e.ETA = took / time.Duration(len(blocks)) * time.Duration(e.Left)
	}
	return e
}
