package gate

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawn yields drawn blocks, some invalid, around some middle.
func drawn(t *rapid.T, p Policy, spoiled int) source {
	middle := rapid.Float64Range(-0.1, 0.1).Draw(t, "middle")
	width := rapid.Float64Range(0, 0.05).Draw(t, "width")
	return func(n int, confirm bool) Block {
		b := drawBlocks(t, p, 1, middle-width, middle+width)[0]
		b.N, b.Confirm = n, confirm
		if rapid.IntRange(0, 99).Draw(t, "spoiled") < spoiled {
			b.Invalid = rapid.SampledFrom([]string{"steal", "send lag"}).Draw(t, "invalid")
		}
		return b
	}
}

// Any gate ends within its bound (run sees to that), with a verdict, words, and a finding and a
// verdict for every metric; it can be written as JSON; and after its end nothing changes it.
func TestEveryGateEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		blocks := drawn(t, p, rapid.IntRange(0, 60).Draw(t, "share of invalid"))
		g := New(p)
		rejected, valid := 0, 0
		for n := 1; n <= longest(p); n++ {
			ask, ok := g.Next()
			if !ok {
				break
			}
			b := blocks(n, ask.Confirm)
			if b.Invalid != "" {
				rejected++
			} else {
				valid++
			}
			g.Observe(b)
			if r := g.Result(); r.Why == "" || len(r.Findings) != len(p.Rules) || r.Blocks != valid || r.Rejected != rejected {
				t.Fatalf("%+v, of %d and %d", r, valid, rejected)
			}
		}
		if _, ok := g.Next(); ok {
			t.Fatalf("not over after %d blocks", longest(p))
		}
		checkEnd(t, p, g)
	})
}

func checkEnd(t *rapid.T, p Policy, g *Gate) {
	r := g.Result()
	if _, err := json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	var verdicts []Verdict
	for _, f := range r.Findings {
		if f.Verdict == Undecided || f.Why == "" {
			t.Fatalf("%+v", f)
		}
		verdicts = append(verdicts, f.Verdict)
	}
	if r.Verdict == Undecided || r.Verdict == NotGated || r.Verdict != Worst(verdicts...) {
		t.Fatalf("%s of %v", r.Verdict, verdicts)
	}
	share := float64(r.Rejected) / float64(r.Rejected+r.Blocks)
	if r.Verdict != Invalid && share > p.MaxInvalid+1e-9 {
		t.Fatalf("%s with %v of the blocks invalid", r.Verdict, share)
	}
	g.Observe(Block{N: 99, Counts: [2]Counts{{}, {Wrong: 1}}, Died: [2]string{"", "gone"}})
	g.End("again")
	if after := g.Result(); !reflect.DeepEqual(r, after) {
		t.Fatalf("%+v\nafter its end %+v", r, after)
	}
}

// A candidate that is better in every block never fails.
func TestAnImprovementNeverFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		r := run(t, p, func(n int, confirm bool) Block {
			b := drawBlocks(t, p, 1, -0.3, 0)[0]
			b.N, b.Confirm = n, confirm
			return b
		})
		if r.Verdict == Regressed || r.Verdict == Invalid {
			t.Fatalf("%+v", r)
		}
	})
}

// The same blocks with a candidate that is worse by a factor more: what was REGRESSED does
// not pass.
func TestWorseNeverPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		middle := rapid.Float64Range(0, 0.1).Draw(t, "middle")
		width := rapid.Float64Range(0, 0.05).Draw(t, "width")
		blocks := drawBlocks(t, p, longest(p), middle-width, middle+width)
		by := math.Exp(rapid.Float64Range(0, 0.1).Draw(t, "by"))
		carry := func(by float64) Result {
			return run(t, p, func(n int, confirm bool) Block {
				b := blocks[n-1]
				b.Confirm, b.Values = confirm, map[string]Pair{}
				for _, r := range p.Rules {
					if pair, ok := blocks[n-1].Values[r.Metric]; ok {
						log, _ := pair.Log(r.Higher)
						b.Values[r.Metric] = worsen(r, pair[Base], math.Exp(log)*by)
					}
				}
				return b
			})
		}
		before, after := carry(1), carry(by)
		if before.Verdict == Regressed && (after.Verdict == Pass || after.Verdict == Improved) {
			t.Fatalf("%+v\nworse by %v %+v", before, by, after)
		}
	})
}

// fixed yields the same log ratio in every block but some noise that sums up to nothing;
// fresh is that of fresh blocks.
func fixed(p Policy, log, fresh float64) source {
	return func(n int, confirm bool) Block {
		b := Block{N: n, Confirm: confirm, Values: map[string]Pair{}}
		for i, r := range p.Rules {
			x := 0.001 * float64(n%3-1)
			if i == 0 && confirm {
				x += fresh
			} else if i == 0 {
				x += log
			}
			b.Values[r.Metric] = worsen(r, 1e9, math.Exp(x))
		}
		b.Counts = [2]Counts{{Requests: 1000}, {Requests: 1000}}
		return b
	}
}

func TestSequences(t *testing.T) {
	for _, c := range []struct {
		name       string
		log, fresh float64
		verdict    Verdict
		blocks     int
		why        string
	}{
		{"same", 0, 0, Pass, 8, "nothing is worse than tolerated: 5 metrics over 8 blocks"},
		{"better", -0.1, 0, Improved, 8, "cpu_per_request improved: 9.5% better over 8 blocks, by at least "},
		{"worse", 0.1, 0.1, Regressed, 16, "cpu_per_request regressed: 11% worse over 8 blocks, by at least "},
		{"not again", 0.1, 0.004, Inconclusive, 16, "cpu_per_request is inconclusive: 8 blocks said 11% worse, 8 fresh ones 0.4% worse: not confirmed"},
		{"better again", 0.1, -0.1, Inconclusive, 16, "8 fresh ones 9.5% better: not confirmed"},
	} {
		r := run(t, Default(), fixed(Default(), c.log, c.fresh))
		if r.Verdict != c.verdict || r.Blocks != c.blocks || !strings.Contains(r.Why, c.why) {
			t.Errorf("%s: %s after %d: %s", c.name, r.Verdict, r.Blocks, r.Why)
		}
		if f := r.Findings[1]; f.Verdict != Pass {
			t.Errorf("%s: %+v", c.name, f)
		}
		if c := r.Findings[0].Confirmed; (c != nil) != (r.Blocks == 16) {
			t.Errorf("confirmed %+v", c)
		}
		if len(r.Looks) != 1 || r.Looks[0].Blocks != 8 || len(r.Looks[0].Findings) != 5 {
			t.Errorf("%s: looks %+v", c.name, r.Looks)
		}
	}
}

// Metrics that are red at the same look are confirmed by the same fresh blocks; those that
// were still open when the gate ended are not passed.
func TestSeveralAtOnce(t *testing.T) {
	p := Default()
	p.Rules = p.Rules[:3]
	r := run(t, p, func(n int, confirm bool) Block {
		open := 0.02 // around effect and tolerance, and wide
		if n%2 == 0 {
			open = 0.32
		}
		logs := []float64{0.1, 0.1, open}
		b := Block{N: n, Confirm: confirm, Values: map[string]Pair{}}
		for i, r := range p.Rules {
			b.Values[r.Metric] = worsen(r, 1e9, math.Exp(logs[i]+0.001*float64(n%3)))
		}
		return b
	})
	if r.Verdict != Regressed || r.Blocks != 16 || !strings.HasPrefix(r.Why, "cpu_per_request and added_p50 regressed; cpu_per_request: ") {
		t.Errorf("%s after %d: %s", r.Verdict, r.Blocks, r.Why)
	}
	if f := r.Findings[2]; f.Verdict != Inconclusive || !strings.HasPrefix(f.Why, "the gate ended when cpu_per_request and added_p50 regressed; ") {
		t.Errorf("%+v", f)
	}
}

// The time is over: what is decided stays, what is open is INCONCLUSIVE with what is known.
func TestEnd(t *testing.T) {
	at := func(blocks int, log float64) Result {
		g := New(Default())
		for n := 1; n <= blocks; n++ {
			ask, _ := g.Next()
			g.Observe(fixed(Default(), log, log)(n, ask.Confirm))
		}
		g.End("the budget of 2m is spent")
		return g.Result()
	}
	for _, c := range []struct {
		blocks int
		log    float64
		why    string
	}{
		{0, 0, "the budget of 2m is spent; 0 blocks with a value: nothing is known"},
		{5, 0.03, "the budget of 2m is spent; 3.1% worse over 5 blocks, between "},
		{11, 0.1, "; not confirmed, after 3 of 8 fresh blocks: the budget of 2m is spent"},
	} {
		r := at(c.blocks, c.log)
		if f := r.Findings[0]; r.Verdict != Inconclusive || f.Verdict != Inconclusive || !strings.Contains(f.Why, c.why) || r.Blocks != c.blocks {
			t.Errorf("%s %s: %+v", r.Verdict, r.Why, f)
		}
	}
	if r := at(8, 0); r.Verdict != Pass {
		t.Errorf("it was over before: %+v", r)
	}
}

// Too many invalid blocks: looks wait while that can be mended, and the gate ends when it cannot.
func TestInvalidBlocks(t *testing.T) {
	p := Default()
	spoiled := func(invalid func(n int) bool) Result {
		return run(t, p, func(n int, confirm bool) Block {
			b := fixed(p, 0, 0)(n, confirm)
			if invalid(n) {
				b.Invalid = "steal"
			}
			return b
		})
	}
	if r := spoiled(func(n int) bool { return n <= 2 }); r.Verdict != Pass || r.Blocks != 8 || r.Rejected != 2 {
		t.Errorf("2 of 10: %+v", r)
	}
	if r := spoiled(func(n int) bool { return n <= 4 }); r.Verdict != Pass || r.Blocks != 12 || len(r.Looks) != 1 {
		t.Errorf("4 of 12 are too many, 4 of 16 are not: %+v", r)
	}
	r := spoiled(func(int) bool { return true })
	if want := "9 of 9 blocks are invalid, more than 25%: steal"; r.Verdict != Invalid || r.Why != want || r.Findings[0].Verdict != Invalid {
		t.Errorf("%s %s", r.Verdict, r.Why)
	}
	red := run(t, p, func(n int, confirm bool) Block {
		b := fixed(p, 0.1, 0.1)(n, confirm)
		if confirm && n <= 14 {
			b.Invalid = "steal"
		}
		return b
	})
	if red.Verdict != Invalid || red.Rejected != 6 || red.Blocks != 16 {
		t.Errorf("6 of 22, while confirming: %+v", red)
	}
}

// A block that nobody asked for counts by its answers only.
func TestBlocksOfAnotherKind(t *testing.T) {
	g := New(Default())
	for n := range 20 {
		g.Observe(fixed(Default(), 0, 0)(n, true))
	}
	if ask, ok := g.Next(); !ok || ask != (Ask{Blocks: 8}) || len(g.Result().Looks) != 0 {
		t.Errorf("%+v %v", ask, ok)
	}
}
