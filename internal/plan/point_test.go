package plan

import (
	"testing"

	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

// Every number that a solve of a committed scenario may try has something to measure,
// also where the row is measured under some loads only.
func TestEveryPointOfASolveIsMeasured(t *testing.T) {
	found, err := server.Find([]string{"../../servers"})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := scenario.List("../../scenarios")
	if err != nil {
		t.Fatal(err)
	}
	solves := 0
	for _, e := range entries {
		sc, err := scenario.ReadFile(e.File)
		if err != nil {
			t.Fatal(err)
		}
		for i := range sc.Claims {
			c := &sc.Claims[i]
			if c.Solve == nil {
				continue
			}
			solves++
			for _, n := range []int{c.Solve.From, c.Solve.To} {
				point, err := scenario.PointOf(sc, c, n, 2)
				if err != nil {
					t.Fatal(err)
				}
				p, err := Make(point, found, Machine{CPUs: []int{0, 1}}, 1)
				if err != nil || len(p.Cells) != 2 {
					t.Errorf("%s at %d: %d cells of 2 trials, %v", c.ID, n, len(p.Cells), err)
				}
			}
		}
	}
	if solves == 0 {
		t.Error("no scenario has a solve")
	}
}
