package gateset

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/stats"
)

func finding(change, lo, hi, tolerance float64) *gate.Finding {
	return &gate.Finding{Rule: gate.Rule{Tolerance: tolerance}, Blocks: 8, Arms: gate.Pair{1, 1 + change}, Change: change,
		Interval: stats.Interval{Lo: lo, Hi: hi}}
}

func TestBar(t *testing.T) {
	for _, c := range []struct {
		f           *gate.Finding
		want, ascii string
	}{
		{finding(0, -0.01, 0.01, 0.05), "             ─●─     ┊       ", "             -o-     :       "},
		{finding(0.05, 0.03, 0.07, 0.05), "              │   ───●───    ", "              |   ---o---    "},
		{finding(0.03, -0.02, 0.06, 0.05), "           ───┼───●──┼─      ", "           ---+---o--+-      "},
		{finding(0.3, 0.2, 0.4, 0.05), "              │      ┊      ▶", "              |      :      >"},
		{finding(-0.3, -0.4, 0, 0.05), "◀─────────────┼      ┊       ", "<-------------+      :       "},
		{&gate.Finding{Rule: gate.Rule{Tolerance: 0.05}}, "              │      ┊       ", "              |      :       "},
	} {
		if got := bar(c.f, false); got != c.want {
			t.Errorf("\n got %q\nwant %q", got, c.want)
		}
		if got := bar(c.f, true); got != c.ascii {
			t.Errorf("\n got %q\nwant %q", got, c.ascii)
		}
	}
	if zero := strings.Index(barTitle, "0"); len(barTitle) != barWidth || zero != barHalf || barTitle[zero+barTolerance-1:][:3] != "tol" {
		t.Errorf("the title does not stand over the marks: %q", barTitle)
	}
}

// Whatever the figures, a bar has its width, and the estimate or an arrow on its side.
func TestBarKeepsItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		any := rapid.Float64()
		change := any.Draw(t, "change")
		f := finding(change, any.Draw(t, "lo"), any.Draw(t, "hi"), rapid.Float64Range(0, 1).Draw(t, "tolerance"))
		for _, ascii := range []bool{false, true} {
			if got := bar(f, ascii); uniseg.StringWidth(got) != barWidth {
				t.Fatalf("%d columns: %q", uniseg.StringWidth(got), got)
			}
		}
		k := strokesOf(true)
		got := bar(f, true)
		if f.Tolerance > 0 && estimated(f) && !strings.ContainsAny(got, k.estimate+k.beyondLeft+k.beyondRight) {
			t.Fatalf("no estimate: %q", got)
		}
	})
}

// An undecided metric says once what it would have taken, whoever says it.
func TestExplained(t *testing.T) {
	f := finding(0.02, -0.01, 0.06, 0.05)
	f.Visible, f.Needs = 0.081, 31
	for why, want := range map[string]string{
		"":             "a change of 8.1% would have been seen here; to see 5% takes 31 blocks",
		"out of time.": "out of time; a change of 8.1% would have been seen here; to see 5% takes 31 blocks",
		"8.1% worse would have been called worse here": "8.1% worse would have been called worse here",
	} {
		if f.Why = why; explained(f) != want {
			t.Errorf("%q, want %q", explained(f), want)
		}
	}
	f.Why, f.Needs = "", 0
	if got := explained(f); !strings.HasSuffix(got, "takes more blocks than can be said") {
		t.Errorf("%q", got)
	}
}
