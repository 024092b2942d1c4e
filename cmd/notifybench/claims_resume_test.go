package main

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
)

// A record is measured again for a row that was not installed and is now, and for
// nothing else.
func TestLacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := rapid.SampledFrom([]string{"", "not installed: make python", "not installed: scripts/services.sh start"})
		then, now := &record.Run{}, &plan.Plan{}
		want := false
		for i := range rapid.IntRange(0, 5).Draw(t, "rows") {
			before, after := state.Draw(t, "then"), state.Draw(t, "now")
			then.Subjects = append(then.Subjects, record.Subject{ID: strconv.Itoa(i), Missing: before})
			now.Rows = append(now.Rows, plan.Row{ID: strconv.Itoa(i), Missing: after})
			want = want || before != "" && after == ""
		}
		slices.Reverse(now.Rows)
		if got := lacks(then, now); got != want {
			t.Fatalf("%v of %+v, now %+v", got, then.Subjects, now.Rows)
		}
		if lacks(then, nil) {
			t.Fatal("nothing is measured")
		}
	})
}
