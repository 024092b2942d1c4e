package gateset

import (
	"testing"

	"github.com/notifybench/notifybench/internal/gate"
)

// The chart of the example: valid blocks alone, the looks behind the blocks they looked at,
// fresh blocks behind the look that asked for them.
func TestChartOfBlocks(t *testing.T) {
	s := example()
	sv := &s.Servers[0]
	later := measure(9, 18, 4, false, of{rule: 0, noise: 0.01}, of{rule: 1})
	later = append(later, measure(10, 22, 2, true, of{rule: 0, noise: 0.01}, of{rule: 1})...)
	sv.Blocks = append(sv.Blocks, later...)
	red := find(rules()[0], sv.Blocks[:8])
	red.Verdict = gate.Regressed
	sv.Result.Looks[0].Findings[0] = red
	sv.Result.Looks = append(sv.Result.Looks, gate.Look{Blocks: 12, Findings: sv.Result.Looks[0].Findings[1:]})
	g, ok := s.chart(sv, &sv.Result.Findings[0])
	if !ok || len(g.Blocks) != 22 || g.Blocks[7].Fresh || !g.Blocks[8].Fresh || g.Blocks[16].Fresh || !g.Blocks[21].Fresh {
		t.Errorf("%v: %+v", ok, g.Blocks)
	}
	if len(g.Looks) != 2 || g.Looks[0].At != 7 || g.Looks[1].At != 15 || !g.Looks[1].Fresh {
		t.Errorf("%+v", g.Looks)
	}
	if _, ok := s.chart(sv, &sv.Result.Findings[3]); ok {
		t.Error("a chart of a metric that has no value")
	}
	names := map[string]bool{}
	sv.Result.Findings = append(sv.Result.Findings, sv.Result.Findings[0])
	for _, p := range s.charts() {
		if names[p.file] {
			t.Errorf("two charts are %s", p.file)
		}
		names[p.file] = true
	}
}
