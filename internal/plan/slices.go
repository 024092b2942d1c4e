package plan

import (
	"math/rand/v2"
	"slices"
)

// addSlices adds the cells of a trial of load j, cut into slices. Slice n is the
// same work for every row; the first has the whole warm-up, for a server that has
// just started, or meets this load for the first time, the others a short one.
func (p *Plan) addSlices(j, trial int, seed uint64, rng *rand.Rand) {
	sc := p.Scenario
	taken := make([]int, len(p.Rows))
	var rows []int
	for i := range p.Rows {
		if p.Measures(i, &sc.Loads[j]) {
			rows = append(rows, i)
		}
	}
	for _, n := range sliceOrder(len(rows), sc.Slices.Count, rng) {
		i := rows[n]
		taken[i]++
		c := Cell{Trial: trial, Slice: taken[i], Seed: rand.New(rand.NewPCG(seed, uint64(taken[i]))).Uint64()}
		longest := sc.Warmup
		if c.Slice > 1 {
			longest = sc.Slices.Warmup
		}
		c.Warmup = warmup(longest, c.Seed)
		p.add(c, i, j)
	}
}

// sliceOrder puts count slices of each of so many rows in an order in which no row
// is favoured: rounds of all rows, each round in an order or its reverse, by fours
// as + − − +, and a new random order for every four. A drift of the machine that is
// linear in time cancels over every two rounds for the mean position within them,
// and over every four altogether. Of two rows that is ABBABAAB, or its complement.
func sliceOrder(rows, count int, rng *rand.Rand) (order []int) {
	var forth, back []int
	for round := range count {
		if round%4 == 0 {
			forth = rng.Perm(rows)
			back = slices.Clone(forth)
			slices.Reverse(back)
		}
		if round%4 == 0 || round%4 == 3 {
			order = append(order, forth...)
		} else {
			order = append(order, back...)
		}
	}
	return order
}

// BlockEnd is the index after the last cell that shares its servers with cell i:
// the next one, or for a slice that after the last slice of its load and trial, or of
// its trial where all loads share them.
func (p *Plan) BlockEnd(i int) int {
	first, end := &p.Cells[i], i+1
	for first.Slice > 0 && end < len(p.Cells) {
		if c := &p.Cells[end]; c.Slice == 0 || c.Trial != first.Trial || c.Load != first.Load && !p.Scenario.Slices.Together {
			break
		}
		end++
	}
	return end
}

// markUp says of each cell whether its server is up already.
func (p *Plan) markUp() {
	for i := 0; i < len(p.Cells); {
		up := map[*Row]bool{}
		for end := p.BlockEnd(i); i < end; i++ {
			c := &p.Cells[i]
			c.Up, up[c.Row] = up[c.Row], true
		}
	}
}
