package gate

import (
	"math"
	"strings"
	"testing"
)

// two yields a metric with given logarithms and one that is wide around effect and tolerance,
// and therefore undecided at eight blocks.
func two(p Policy, log func(n int, confirm bool) float64) source {
	return func(n int, confirm bool) Block {
		wide := 0.02
		if n%2 == 0 {
			wide = 0.32
		}
		small := 0.001 * float64(n%3-1)
		return Block{N: n, Confirm: confirm, Values: map[string]Pair{
			p.Rules[0].Metric: worsen(p.Rules[0], 1e9, math.Exp(log(n, confirm)+small)),
			p.Rules[1].Metric: worsen(p.Rules[1], 1e9, math.Exp(wide)),
		}}
	}
}

func twoRules() Policy {
	p := Default()
	p.Rules = []Rule{p.Rules[0], p.Rules[2]}
	return p
}

// The first decision of a metric stands, whatever comes while others go on; the looks show
// how it went on.
func TestFirstDecisionStands(t *testing.T) {
	p := twoRules()
	r := run(t, p, two(p, func(n int, _ bool) float64 {
		if n > 8 {
			return 0.2
		}
		return 0
	}))
	if f := r.Findings[0]; f.Verdict != Pass || f.Blocks != 8 || !strings.HasPrefix(f.Why, "unchanged over 8 blocks, at most ") {
		t.Errorf("%+v", f)
	}
	if f := r.Looks[len(r.Looks)-1].Findings[0]; len(r.Looks) < 2 || f.Verdict != Pass || f.Blocks <= 8 || f.Change < 0.05 {
		t.Errorf("%d looks, the last %+v", len(r.Looks), f)
	}
}

// A metric that is red at a later look has fresh blocks of its own: eight blocks, eight that do
// not confirm the first, four more, and eight that confirm the second.
func TestConfirmedOneAfterTheOther(t *testing.T) {
	p := twoRules()
	r := run(t, p, func(n int, confirm bool) Block {
		first, second := 0.1, 0.3
		if confirm {
			first = 0
		}
		if n <= 2 {
			second = -0.1 // two of eight keep it open, two of twelve are trimmed
		}
		b := Block{N: n, Confirm: confirm, Values: map[string]Pair{}}
		for i, log := range []float64{first, second} {
			b.Values[p.Rules[i].Metric] = worsen(p.Rules[i], 1e9, math.Exp(log+0.001*float64(n%3)))
		}
		return b
	})
	first, second := r.Findings[0], r.Findings[1]
	if r.Verdict != Regressed || r.Blocks != 8+8+4+8 || len(r.Looks) != 2 {
		t.Errorf("%s after %d: %s", r.Verdict, r.Blocks, r.Why)
	}
	if first.Verdict != Inconclusive || first.Confirmed.Blocks != 8 || second.Verdict != Regressed || second.Confirmed.Blocks != 8 || second.Blocks != 12 {
		t.Errorf("%+v\n%+v", first, second)
	}
}

// Fresh blocks, asked for and past, count among those that may still mend the share of
// invalid ones: 11 of 24 + 8 + 11 are more than 25%, 10 of 24 + 8 + 10 are not.
func TestInvalidWhileConfirming(t *testing.T) {
	p := twoRules()
	red := two(p, func(_ int, confirm bool) float64 {
		if confirm {
			return 0
		}
		return 0.1
	})
	for name, invalid := range map[string]func(n int, confirm bool) bool{
		"all fresh ones":                   func(_ int, confirm bool) bool { return confirm },
		"all after what was not confirmed": func(n int, _ bool) bool { return n > 16 },
	} {
		r := run(t, p, func(n int, confirm bool) Block {
			b := red(n, confirm)
			if invalid(n, confirm) {
				b.Invalid = "steal"
			}
			return b
		})
		if r.Verdict != Invalid || r.Rejected != 11 {
			t.Errorf("%s: %s after %d of %d: %s", name, r.Verdict, r.Rejected, r.Rejected+r.Blocks, r.Why)
		}
	}
}

// A difference just above the floor is one for either arm as base, one just below is none.
func TestFloorIsTheSameBothWays(t *testing.T) {
	p := Default()
	noise := []float64{0.1, 0.1001, 0.0999, 0.1, 0.1, 0.1, 0.1, 0.1} // of 100: 10.517
	there := pairs("peak_pss", 100, noise...)
	back := mapped(there, func(p Pair) Pair { return Pair{p[Candidate], p[Base]} })
	for floor, want := range map[float64][2]Verdict{10.5: {Regressed, Improved}, 10.53: {Pass, Pass}} {
		r := Rule{Metric: "peak_pss", Load: "open", Tolerance: 0.2, Effect: 0.01, Floor: floor}
		if got := [2]Verdict{Judge(p, r, 0, there).Verdict, Judge(p, r, 0, back).Verdict}; got != want {
			t.Errorf("floor %v: %v, want %v", floor, got, want)
		}
	}
}

// What fresh blocks do not surely show is not confirmed, however large their estimate is.
func TestConfirm(t *testing.T) {
	p := Default()
	wide := Confirm(p.Rules[0], pairs("cpu_per_request", 100, 0.2, -0.2, 0.2, -0.2, 0.2, -0.1, 0.2, 0.1))
	if wide.Verdict != Inconclusive || wide.Change < 0.02 || !strings.Contains(wide.Why, ", at most ") {
		t.Errorf("%+v", wide)
	}
	// The mean 0.02, SE √(4e-4/7)·√(7/30), t 2.015: worse for sure, though by less than the first look said: that is enough.
	sure := Confirm(p.Rules[0], pairs("cpu_per_request", 100, 0.02, 0.02, 0.03, 0.01, 0.02, 0.03, 0.01, 0.02))
	if sure.Verdict != Regressed || sure.Why != "2.0% worse over 8 fresh blocks, at least 1.3% worse (error 5%)" {
		t.Errorf("%+v", sure)
	}
	none := Confirm(p.Rules[0], []Block{{Why: map[string]string{"cpu_per_request": "idle"}}})
	if none.Verdict != Inconclusive || none.Why != "no value in 1 of 1 fresh block: idle" {
		t.Errorf("%+v", none)
	}
}
