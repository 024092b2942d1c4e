package gatetest

// GateRow is what the real gates of one injection said: a check of the pseudo-gates. They
// are few, and their intervals exact and wide (Clopper–Pearson).
type GateRow struct {
	Injection
	Gates        int     `json:"gates"`
	Unfinished   int     `json:"unfinished,omitempty"` // that have some blocks
	Red          Rate    `json:"red"`
	Found        Rate    `json:"found"`
	Inconclusive Rate    `json:"inconclusive"`
	Invalid      Rate    `json:"invalid"`
	Pass         Rate    `json:"pass"`
	Took         *Spread `json:"took,omitempty"`   // seconds
	Needed       *Spread `json:"needed,omitempty"` // blocks
	// Expected is the share of red of the pseudo-gates; absent: not known. Agrees says that it lies within Red's interval.
	Expected *float64 `json:"expected_red,omitempty"`
	Agrees   bool     `json:"agrees,omitempty"`
}

// gateRows are those of all injections that have real gates, in the order of the rows.
func (p *Plan) gateRows(blocks []Measured, rows []Row) []GateRow {
	most := map[Injection]int{}
	for i := range blocks {
		m := &blocks[i]
		most[m.Injection] = max(most[m.Injection], m.Gate)
	}
	var all []GateRow
	for i := range rows {
		if most[rows[i].Injection] > 0 {
			all = append(all, p.gateRow(blocks, &rows[i], most[rows[i].Injection]))
		}
	}
	return all
}

func (p *Plan) gateRow(blocks []Measured, row *Row, gates int) GateRow {
	t := newTally(len(p.Policy.Rules))
	g := GateRow{Injection: row.Injection}
	for k := 1; k <= gates; k++ {
		played := p.replay(blocks, row.Injection, k)
		switch {
		case played.over:
			t.add(played.outcome(p.Policy, row.Injection))
		case played.blocks > 0:
			g.Unfinished++
		}
	}
	g.Gates = t.gates
	if t.gates == 0 {
		return g
	}
	few := &resampled{all: t}
	g.Red, g.Found, g.Inconclusive = few.rate(countRed), few.rate(countFound), few.rate(countInconclusive)
	g.Invalid, g.Pass = few.rate(countInvalid), few.rate(countPass)
	g.Took = few.spread(func(t *tally) []float64 { return t.took })
	g.Needed = few.spread(func(t *tally) []float64 { return t.blocks })
	if row.Rates != nil {
		g.Expected = &row.Rates.Red.Share
		g.Agrees = g.Red.Interval.Contains(row.Rates.Red.Share)
	}
	return g
}
