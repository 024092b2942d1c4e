package metric

import (
	"testing"

	"github.com/notifybench/notifybench/internal/stats"
)

func costing(state State, trials map[int]float64) Row {
	s := Spread{Trials: trials}
	var all []float64
	for _, v := range trials {
		all = append(all, v)
	}
	if m, ok := stats.Median(all); ok {
		s.Median = known(m)
	}
	return Row{State: state, Values: map[string]Spread{CPUPerRequest: s}}
}

func TestRelate(t *testing.T) {
	rows := []Row{
		costing(Measured, map[int]float64{1: 300, 2: 200, 3: 400}),
		costing(Measured, map[int]float64{1: 100, 2: 100, 3: 100}),
		costing(AllInvalid, map[int]float64{1: 1, 2: 1, 3: 1}), // not to be believed, so no measure of others
		costing(Measured, nil),
	}
	relate(rows)
	if r := rows[0].CPURatio; r == nil || r.Median != 3 || r.Pairs != 3 {
		t.Errorf("three times as dear: %+v", r)
	}
	if r := rows[1].CPURatio; r == nil || r.Median != 1 {
		t.Errorf("the cheapest: %+v", r)
	}
	if rows[2].CPURatio != nil || rows[3].CPURatio != nil {
		t.Error("a row without a believable cost has a ratio")
	}
	relate(nil)
}
