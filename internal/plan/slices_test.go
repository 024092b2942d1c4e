package plan

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// No row is favoured: each has its slices, none is ever more than one ahead, and
// the mean place of all is the same over every two rounds and over every four.
func TestSliceOrderIsBalanced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, rounds := rapid.IntRange(1, 7).Draw(t, "rows"), 2*rapid.IntRange(1, 12).Draw(t, "pairs of rounds")
		order := sliceOrder(rows, rounds, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		if len(order) != rows*rounds {
			t.Fatalf("%d slices of %d", len(order), rows*rounds)
		}
		seen, within, whole := make([]int, rows), make([]int, rows), make([]int, rows)
		for at, row := range order {
			seen[row]++
			within[row] += at % rows
			whole[row] += at
			for _, n := range seen {
				if seen[row]-n > 1 {
					t.Fatalf("after %d slices %v of the rows: %v", at+1, seen, order)
				}
			}
			round := at/rows + 1
			if (at+1)%rows > 0 || round%2 > 0 {
				continue
			}
			for i := range rows {
				if within[i] != (rows-1)*round/2 {
					t.Fatalf("after round %d row %d is at %d in sum, not %d: %v", round, i, within[i], (rows-1)*round/2, order)
				}
				if round%4 == 0 && whole[i] != whole[0] {
					t.Fatalf("after round %d a drift would favour row %d: %v", round, i, order)
				}
			}
		}
	})
}

func TestTwoRowsAlternateAsTheyShould(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(20) {
		var b strings.Builder
		for _, row := range sliceOrder(2, 4, rand.New(rand.NewPCG(seed, 0))) {
			b.WriteByte("AB"[row])
		}
		seen[b.String()] = true
	}
	if len(seen) != 2 || !seen["ABBABAAB"] || !seen["BAABABBA"] {
		t.Errorf("%v", seen)
	}
}

// Blocks tile the plan: each is a load in a trial with all its rows, slice n of
// which is the same work; only the first has the whole warm-up.
func TestSlicedPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trials, count := rapid.IntRange(1, 3).Draw(t, "trials"), 2*rapid.IntRange(1, 4).Draw(t, "pairs")
		sc := decode(t, base+fmt.Sprintf("servers: [thing, free]\nloads: {a: 10/s, b: {closed: {connections: 5}}}\n"+
			"trials: %d\nslices: {count: %d, length: 500ms, warmup: 100ms}\n", trials, count))
		p, err := Make(sc, servers(t), twoCores, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Cells) != sc.Cells() || len(p.Cells) != 2*2*trials*count {
			t.Fatalf("%d cells", len(p.Cells))
		}
		seeds, different := map[string]uint64{}, map[uint64]bool{}
		blocks := 0
		for i := 0; i < len(p.Cells); i = p.BlockEnd(i) {
			blocks++
			if n := p.BlockEnd(i) - i; n != 2*count {
				t.Fatalf("a block of %d", n)
			}
			for j, c := range p.Cells[i:p.BlockEnd(i)] {
				work := fmt.Sprint(c.Load.Name, c.Trial, c.Slice)
				if s, ok := seeds[work]; ok && s != c.Seed {
					t.Fatalf("rows get unequal work in %s", work)
				}
				seeds[work], different[c.Seed] = c.Seed, true
				longest := map[bool]time.Duration{true: sc.Warmup, false: sc.Slices.Warmup}[c.Slice == 1]
				if c.Slice != j/2+1 || c.Duration != 500*time.Millisecond || c.Warmup > longest || c.Warmup < longest*3/4 {
					t.Fatalf("cell %d: %+v", i+j, c)
				}
			}
		}
		if blocks != 2*trials || len(different) != len(seeds) {
			t.Fatalf("%d blocks, %d seeds for %d works", blocks, len(different), len(seeds))
		}
	})
}

func TestSlicesArePrintedAndTimed(t *testing.T) {
	sc := decode(t, base+"servers: [thing, free]\nloads: {x: 10/s}\ntrials: 2\nwarmup: 0s\n"+
		"slices: {count: 4, length: 1s, warmup: 0s}\n")
	p, err := Make(sc, servers(t), twoCores, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Duration(), 16*time.Second+4*CellOverhead+12*SliceOverhead; got != want {
		t.Errorf("takes %v, want %v", got, want)
	}
	var buf bytes.Buffer
	if err := Print(&buf, p); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 servers × 1 load × 2 trials × 4 slices = 16 cells of 0s (from the second slice on 0s) + 1s",
		"  16  trial 2  slice 4  x"} {
		if !strings.Contains(buf.String(), want) {
			t.Errorf("no %q in\n%s", want, buf.String())
		}
	}
	if d := Describe(p); d.Cells[15].Slice != 4 {
		t.Errorf("%+v", d.Cells[15])
	}
}
