package plan

import (
	"fmt"
	"math/rand/v2"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/shape"
)

// Search is one capacity search: row × load × trial. Which cells it takes is
// decided as it goes.
type Search struct {
	Row      *Row
	Load     *scenario.Load
	Trial    int // from 1
	Seed     uint64
	Ceilings []record.Ceiling
}

// addSearches adds a search of every row, in random order.
func (p *Plan) addSearches(rng *rand.Rand, load, trial int, seed uint64) {
	for _, i := range p.shuffled(&p.Scenario.Loads[load], rng) {
		p.Searches = append(p.Searches, Search{
			Row: &p.Rows[i], Load: &p.Scenario.Loads[load], Trial: trial, Seed: seed,
			Ceilings: p.ceilings[i*len(p.Scenario.Loads)+load],
		})
	}
}

// Prior is what is known of a search before its first trial.
func (p *Plan) Prior(s *Search) capacity.Prior {
	prior := capacity.Prior{InFlight: p.Scenario.MaxInFlight}
	if len(s.Ceilings) > 0 {
		prior.Ceiling = s.Ceilings[0].Rate
	}
	return prior
}

// AddTrial adds the n-th trial of a search to the plan's cells: an ordinary cell
// under a constant load. The n-th trials of all rows get the same seed.
func (p *Plan) AddTrial(s *Search, n int, t capacity.Trial) (*Cell, error) {
	sh, err := shape.Parse(s.Load.Search.Load(t.Rate))
	if err != nil {
		return nil, fmt.Errorf("trial of a search: %w", err)
	}
	seed := rand.New(rand.NewPCG(s.Seed, uint64(n))).Uint64()
	load := &scenario.Load{Name: s.Load.Name, Shape: sh}
	p.Cells = append(p.Cells, Cell{
		Index: len(p.Cells), Row: s.Row, Load: load, Trial: s.Trial, Seed: seed, Rate: t.Rate,
		Warmup: warmup(p.Scenario.Warmup, seed), Duration: t.Length, Ceilings: s.Ceilings,
	})
	return &p.Cells[len(p.Cells)-1], nil
}
