package plan

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestRowsUnderSomeLoads: a row has cells under the loads that it names and under no
// other, whole or sliced, and as many as the scenario says.
func TestRowsUnderSomeLoads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sliced := rapid.Bool().Draw(t, "sliced")
		under := rapid.SampledFrom([]string{"a", "b", "a, b"}).Draw(t, "under")
		text := base + fmt.Sprintf("servers: [{name: thing, loads: [%s]}, free]\n"+
			"loads: {a: {closed: {connections: 1}}, b: 10/s}\ntrials: 2\n", under)
		if sliced {
			text += "slices: {count: 4, length: 10ms}\n"
		}
		sc := decode(t, text)
		p, err := Make(sc, servers(t), twoCores, 1)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if len(p.Cells) != sc.Cells() {
			t.Fatalf("%d cells, the scenario says %d", len(p.Cells), sc.Cells())
		}
		seen := map[string]int{}
		for _, c := range p.Cells {
			seen[c.Row.ID+" "+c.Load.Name]++
		}
		for i := range p.Rows {
			for j := range sc.Loads {
				key := p.Rows[i].ID + " " + sc.Loads[j].Name
				if (seen[key] > 0) != p.Measures(i, &sc.Loads[j]) {
					t.Fatalf("%s: %d cells", key, seen[key])
				}
			}
		}
	})
}
