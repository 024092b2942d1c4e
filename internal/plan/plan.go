// Package plan turns a scenario and its servers into an ordered, printable list
// of cells, with the ceilings that are known before anything runs. It starts
// nothing and reads no clock.
package plan

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

// CellOverhead is what a cell is expected to take beyond warm-up and window:
// starting, verifying, draining, stopping.
const CellOverhead = 500 * time.Millisecond

// SliceOverhead is the same of a slice for which the server runs already.
const SliceOverhead = 100 * time.Millisecond

// PythonStart is how much longer a row in Python takes to start than one that was
// compiled: an interpreter and its imports.
const PythonStart = 700 * time.Millisecond

// Plan is everything that will be done, in order.
type Plan struct {
	Scenario *scenario.Scenario
	Seed     uint64
	Short    bool
	Machine  Machine
	Cores    record.Cores
	Rows     []Row
	Cells    []Cell
	Searches []Search // after the cells

	ceilings [][]record.Ceiling // of each row under each load, rows outermost
}

// Machine is what a plan needs to know of the machine.
type Machine struct {
	CPUs     []int          // usable cores
	Siblings map[int]string // of each: what names its physical core; none: not known
	CanPin   bool
	Files    uint64 // open files a process may have; 0: not known
}

// Row is one server as configured.
type Row struct {
	ID       string
	Path     string // of its requests
	Resolved server.Resolved
	Missing  string   // "not installed: <command>"
	Misses   *Miss    // the objective cannot be met; nil: it can, or there is none
	Loads    []string // under which it is measured; nil: all
}

// Cell is one measurement: row × load × trial, or a slice of it.
type Cell struct {
	Index    int
	Row      *Row
	Load     *scenario.Load
	Trial    int    // from 1
	Slice    int    // from 1; 0: the trial is not sliced
	Seed     uint64 // the same for every row under one load, trial and slice: equal work
	Up       bool   // its server is up already, from a slice before
	Warmup   time.Duration
	Duration time.Duration // of measurement
	Rate     float64       // of a trial of a search, req/s; 0: of none
	Ceilings []record.Ceiling
}

// Make builds the plan: trials outermost, loads and rows inside, shuffled anew in
// every trial by the seed, so that drift of the machine meets all alike.
func Make(sc *scenario.Scenario, servers []server.Server, m Machine, seed uint64) (*Plan, error) {
	bound, err := server.Bind(sc, servers)
	if err != nil {
		return nil, err
	}
	p := &Plan{Scenario: sc, Seed: seed, Machine: m, Cores: assignCores(sc.Isolation, m)}
	for _, b := range bound {
		p.Rows = append(p.Rows, Row{ID: b.Row.Label, Path: sc.PathOf(b.Row), Resolved: b.Resolved,
			Missing: b.Resolved.Missing(), Loads: b.Row.Loads})
	}
	if err := p.checkFiles(); err != nil {
		return nil, err
	}
	for i := range p.Rows {
		behaviours := p.behaviours(&p.Rows[i])
		if sc.SLO != nil {
			p.Rows[i].Misses = missed(sc, &p.Rows[i])
		}
		for j := range sc.Loads {
			p.ceilings = append(p.ceilings, ceilingsOf(behaviours, &sc.Loads[j]))
		}
	}
	if err := p.checkObjective(); err != nil {
		return nil, err
	}
	for trial := 1; trial <= sc.Trials; trial++ {
		p.addTrial(trial)
	}
	p.markUp()
	return p, nil
}

// addTrial adds the cells of a trial: the loads in random order, or that of the scenario
// where all of them are measured on the same servers, and under each load the rows in
// random order, so that what is compared is measured close together.
func (p *Plan) addTrial(trial int) {
	rng := rand.New(rand.NewPCG(p.Seed, uint64(trial)))
	loads := rng.Perm(len(p.Scenario.Loads))
	if p.Scenario.Slices.Together {
		slices.Sort(loads)
	}
	for _, j := range loads {
		load := &p.Scenario.Loads[j]
		seed := cellSeed(p.Seed, load.Name, trial)
		if load.Search != nil {
			p.addSearches(rng, j, trial, seed)
			continue
		}
		if p.Scenario.Slices.Count > 0 {
			p.addSlices(j, trial, seed, rng)
			continue
		}
		for _, i := range p.shuffled(load, rng) {
			p.add(Cell{Trial: trial, Seed: seed, Warmup: warmup(p.Scenario.Warmup, seed)}, i, j)
		}
	}
}

// shuffled are the rows that are measured under a load, in random order.
func (p *Plan) shuffled(load *scenario.Load, rng *rand.Rand) []int {
	return slices.DeleteFunc(rng.Perm(len(p.Rows)), func(i int) bool { return !p.Measures(i, load) })
}

// Measures says whether row i is measured under a load.
func (p *Plan) Measures(i int, load *scenario.Load) bool {
	return p.Rows[i].Loads == nil || slices.Contains(p.Rows[i].Loads, load.Name)
}

// add appends a cell of row i under load j.
func (p *Plan) add(c Cell, i, j int) {
	c.Index, c.Row, c.Load, c.Duration = len(p.Cells), &p.Rows[i], &p.Scenario.Loads[j], p.Scenario.Duration
	c.Ceilings = p.ceilings[i*len(p.Scenario.Loads)+j]
	p.Cells = append(p.Cells, c)
}

// warmup shortens the warm-up by up to a quarter, from trial to trial. A server
// of few workers answers in rounds; were the window always cut at the same phase
// of them, all trials would be off by the same part of a round.
func warmup(longest time.Duration, seed uint64) time.Duration {
	share := rand.New(rand.NewPCG(seed, 0)).Float64() / 4
	return longest - time.Duration(share*float64(longest)).Truncate(time.Millisecond)
}

func cellSeed(seed uint64, load string, trial int) uint64 {
	h := fnv.New64a()
	h.Write([]byte(load))
	return rand.New(rand.NewPCG(seed^h.Sum64(), uint64(trial))).Uint64()
}

// Duration is about how long the plan will take, builds left out: of searches, the
// longest they may. A drain that takes longer than expected, as an overloaded server's does, comes on top.
func (p *Plan) Duration() (sum time.Duration) {
	for i := range p.Cells {
		sum += p.Cells[i].Length()
	}
	return sum + p.Scenario.SearchLength()
}

// Length is about how long the cell will take, all in all.
func (c *Cell) Length() time.Duration {
	if c.Up {
		return c.Warmup + c.Duration + SliceOverhead
	}
	return c.Warmup + c.Duration + CellOverhead + c.start()
}

// start is how much longer than others its server takes to start.
func (c *Cell) start() time.Duration {
	if c.Row != nil && c.Row.Resolved.Server.Language == server.LanguagePython {
		return PythonStart
	}
	return 0
}
