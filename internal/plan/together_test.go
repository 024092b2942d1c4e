package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/scenario"
)

// together draws a scenario whose loads share their servers, and plans it.
func together(t *rapid.T) (*scenario.Scenario, *Plan) {
	under := rapid.SampledFrom([]string{"[z, a, m]", "[z, m]", "[a]"}).Draw(t, "loads of the first row")
	sc := decode(t, base+fmt.Sprintf("servers: [{name: thing, loads: %s}, free, {name: free, label: other}]\n"+
		"loads: {z: 10/s, a: {closed: {connections: 5}}, m: {poisson: {rate: 20/s}}}\n"+
		"trials: %d\nwarmup: 1s\nslices: {count: %d, length: 500ms, warmup: 100ms, together: true}\n", under,
		rapid.IntRange(1, 3).Draw(t, "trials"), 2*rapid.IntRange(1, 4).Draw(t, "pairs")))
	p, err := Make(sc, servers(t), twoCores, rapid.Uint64().Draw(t, "seed"))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Cells) != sc.Cells() {
		t.Fatalf("%d cells, the scenario says %d", len(p.Cells), sc.Cells())
	}
	return sc, p
}

// A block is a trial: the loads in the order of the scenario, each with as many slices
// of every row, in rounds in which no row is favoured.
func TestABlockOfAllLoads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc, p := together(t)
		blocks := 0
		for i := 0; i < len(p.Cells); i = p.BlockEnd(i) {
			blocks++
			block := p.Cells[i:p.BlockEnd(i)]
			if len(block) != len(p.Cells)/sc.Trials || block[0].Trial != blocks || block[len(block)-1].Trial != blocks {
				t.Fatalf("block %d is %+v", blocks, block)
			}
			if from := p.BlockEnd(i + len(block)/2); from != i+len(block) {
				t.Fatalf("block %d ends at %d, seen from its middle at %d", blocks, i+len(block), from)
			}
			for _, load := range sc.Loads {
				part := slices.DeleteFunc(slices.Clone(block), func(c Cell) bool { return c.Load.Name != load.Name })
				if block[0].Load.Name != part[0].Load.Name {
					t.Fatalf("load %s begins late: %+v", load.Name, block)
				}
				block = block[len(part):]
				checkBalanced(t, part, sc.Slices.Count)
			}
			if len(block) > 0 {
				t.Fatalf("left over: %+v", block)
			}
		}
		if blocks != sc.Trials {
			t.Fatalf("%d blocks of %d trials", blocks, sc.Trials)
		}
	})
}

// checkBalanced sees that every row of a load has its slices, none more than one ahead, and
// the same mean place within every two rounds.
func checkBalanced(t *rapid.T, part []Cell, count int) {
	rows := len(part) / count
	taken, place := map[string]int{}, map[string]int{}
	for at, c := range part {
		taken[c.Row.ID]++
		place[c.Row.ID] += at % rows
		if c.Slice != taken[c.Row.ID] || c.Slice != at/rows+1 {
			t.Fatalf("slice %d of %s is at %d of %s", c.Slice, c.Row.ID, at, c.Load.Name)
		}
		if at/rows%2 == 0 || at%rows < rows-1 {
			continue
		}
		for row, sum := range place {
			if sum != (rows-1)*c.Slice/2 {
				t.Fatalf("after slice %d of %s row %s was favoured: %v", c.Slice, c.Load.Name, row, place)
			}
		}
	}
	if len(taken) != rows {
		t.Fatalf("%d rows of %d: %v", len(taken), rows, taken)
	}
}

// Slice n under a load is the same work for every row, and other work than any other;
// what a row meets for the first time it meets after the whole warm-up, and its server
// is started once a trial.
func TestWorkAndWarmupOfABlock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc, p := together(t)
		seeds, works := map[string]uint64{}, map[uint64]string{}
		up := map[string]bool{}
		var sum time.Duration
		for _, c := range p.Cells {
			work := fmt.Sprint(c.Load.Name, c.Trial, " ", c.Slice)
			if s, ok := seeds[work]; ok && s != c.Seed {
				t.Fatalf("rows get unequal work in %s", work)
			}
			if other, ok := works[c.Seed]; ok && other != work {
				t.Fatalf("%s and %s are the same work", work, other)
			}
			seeds[work], works[c.Seed] = c.Seed, work
			longest := map[bool]time.Duration{true: sc.Warmup, false: sc.Slices.Warmup}[c.Slice == 1]
			if c.Warmup > longest || c.Warmup < longest*3/4 {
				t.Fatalf("%s of %s is warmed up for %v", work, c.Row.ID, c.Warmup)
			}
			server := fmt.Sprint(c.Row.ID, c.Trial)
			overhead := CellOverhead
			if up[server] {
				overhead = SliceOverhead
			}
			if c.Up != up[server] || c.Length() != c.Warmup+c.Duration+overhead {
				t.Fatalf("cell %d: up %v, takes %v", c.Index, c.Up, c.Length())
			}
			up[server] = true
			sum += c.Length()
		}
		if p.Duration() != sum {
			t.Fatalf("takes %v, its cells %v", p.Duration(), sum)
		}
		if want := "3 servers × 3 loads together × "; !strings.Contains(Headline(p), want) {
			t.Fatalf("no %q in %q", want, Headline(p))
		}
	})
}

// Loads apart are planned as ever: in random order, each with servers of its own.
func TestLoadsApart(t *testing.T) {
	sc := decode(t, base+"servers: [thing, free]\nloads: {z: 10/s, a: 20/s}\ntrials: 1\nslices: {count: 2, length: 10ms}\n")
	orders := map[string]bool{}
	for seed := range uint64(20) {
		p, err := Make(sc, servers(t), twoCores, seed)
		if err != nil {
			t.Fatal(err)
		}
		orders[p.Cells[0].Load.Name] = true
		if p.BlockEnd(0) != 4 || p.Cells[4].Up || !p.Cells[2].Up {
			t.Fatalf("%+v", p.Cells)
		}
	}
	if len(orders) != 2 {
		t.Errorf("one order of the loads in 20 seeds: %v", orders)
	}
}
