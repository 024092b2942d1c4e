package gate

import (
	"strings"
	"testing"
)

// spoiledBy carries out the default gate on a service that did not change, but for what spoil does.
func spoiledBy(t *testing.T, spoil func(b *Block)) Result {
	t.Helper()
	return run(t, Default(), func(n int, confirm bool) Block {
		b := fixed(Default(), 0, 0)(n, confirm)
		spoil(&b)
		return b
	})
}

func TestAnswers(t *testing.T) {
	third := func(c func(*Block)) func(*Block) {
		return func(b *Block) {
			if b.N == 3 {
				c(b)
			}
		}
	}
	for _, c := range []struct {
		name    string
		spoil   func(*Block)
		verdict Verdict
		blocks  int // valid ones
		why     string
	}{
		{"wrong", third(func(b *Block) { b.Counts[Candidate].Wrong = 2 }), Regressed, 3,
			"2 wrong answers from the candidate, none from the base, by block 3"},
		{"wrong in an invalid block", third(func(b *Block) { b.Counts[Candidate].False, b.Invalid = 1, "steal" }), Regressed, 2,
			"1 falsely reported delivery from the candidate, none from the base, by block 3"},
		{"lost", third(func(b *Block) { b.Counts[Candidate].Lost = 7 }), Regressed, 3,
			"7 lost deliveries from the candidate, none from the base, by block 3"},
		{"lost in an invalid block", third(func(b *Block) { b.Counts[Candidate].Lost, b.Invalid = 7, "steal" }), Pass, 8, ""},
		{"both", third(func(b *Block) { b.Counts[Base].Wrong, b.Counts[Candidate].Wrong = 1, 5 }), Invalid, 3,
			"the base itself has 1 wrong answer, the candidate 5, by block 3"},
		{"of another kind", third(func(b *Block) { b.Counts[Base].Wrong, b.Counts[Candidate].Lost = 1, 5 }), Regressed, 3,
			"5 lost deliveries"},
		{"only the base", third(func(b *Block) { b.Counts[Base].Wrong = 9 }), Pass, 8, ""},
		{"candidate died", third(func(b *Block) { b.Died[Candidate], b.Invalid = "starting\npanic: boom\n", "died" }), Regressed, 2,
			"the candidate failed in block 3, the base did not: panic: boom"},
		{"base died", third(func(b *Block) { b.Died[Base] = "killed" }), Invalid, 3, "the base itself failed in block 3: killed"},
		{"both died", third(func(b *Block) { b.Died = [2]string{"killed", "panic"} }), Invalid, 3, "the base itself failed"},
		{"errors", func(b *Block) { b.Counts[Candidate].Errors = 3 }, Regressed, 8,
			"the candidate failed 24 of 8000 requests, the base 0 of 8000 requests (by chance: less than 0.0001%)"},
		{"errors of both", func(b *Block) { b.Counts[Base].Errors, b.Counts[Candidate].Errors = 3, 4 }, Pass, 8, ""},
		{"base fails", func(b *Block) { b.Counts[Base].Errors = 20 }, Invalid, 8,
			"the base itself failed 160 of 8000 requests, more than 1%: nothing can be compared"},
		{"a burst", third(func(b *Block) { b.Counts[Candidate].Errors = 100 }), Inconclusive, 8, "all in 1 block: a burst, not a rate"},
	} {
		r := spoiledBy(t, c.spoil)
		if r.Verdict != c.verdict || r.Blocks != c.blocks || !strings.Contains(r.Why, c.why) {
			t.Errorf("%s: %s after %d: %s", c.name, r.Verdict, r.Blocks, r.Why)
		}
		for _, f := range r.Findings {
			if f.Verdict == Undecided || f.Why == "" {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
	}
}

// Nothing is gated: nothing is concluded.
func TestNothingGated(t *testing.T) {
	r := spoiledBy(t, func(b *Block) { b.Values = nil; b.Why = map[string]string{"achieved": "not busy"} })
	if r.Verdict != Inconclusive || !strings.Contains(r.Why, "added_p99, achieved and peak_pss are not gated; cpu_per_request: no value in 8 of 8 blocks: not measured") {
		t.Errorf("%s %s", r.Verdict, r.Why)
	}
	if f := r.Findings[3]; f.Why != "no value in 8 of 8 blocks: not busy" {
		t.Errorf("%+v", f)
	}
	some := spoiledBy(t, func(b *Block) { delete(b.Values, "achieved") })
	if want := "nothing is worse than tolerated: 4 metrics over 8 blocks; not gated: achieved"; some.Verdict != Pass || some.Why != want {
		t.Errorf("%s %s", some.Verdict, some.Why)
	}
}

// A server that is at fault once may have been let down by the machine; the candidate twice
// more than the base is a regression, and a base that is twice is nothing to compare with.
func TestFaults(t *testing.T) {
	block := func(n int, arm Arm) Block {
		b := Block{N: n, Invalid: "a fault of the " + arm.String()}
		b.Faults[arm] = "it could not keep up"
		return b
	}
	for _, c := range []struct {
		arms []Arm
		want Verdict
	}{
		{[]Arm{Candidate}, Undecided}, {[]Arm{Candidate, Candidate}, Regressed}, {[]Arm{Base, Candidate}, Undecided},
		{[]Arm{Base, Candidate, Candidate}, Undecided}, {[]Arm{Base, Base}, Invalid}, {[]Arm{Candidate, Base, Candidate, Candidate}, Regressed},
	} {
		g := New(Default())
		for i, arm := range c.arms {
			g.Observe(block(i+1, arm))
		}
		if r := g.Result(); r.Verdict != c.want {
			t.Errorf("%v: %s, want %q (%s)", c.arms, r.Verdict, c.want, r.Why)
		}
	}
}

// Failed requests decide also where a gate ends before a look.
func TestErrorsDecideWhenTheTimeIsOver(t *testing.T) {
	g := New(Default())
	for n := 1; n <= 3; n++ {
		b := fixed(Default(), 0, 0)(n, false)
		b.Counts = [2]Counts{{Requests: 1000}, {Requests: 1000, Errors: 300}}
		g.Observe(b)
	}
	g.End("the budget is used up")
	if r := g.Result(); r.Verdict != Regressed {
		t.Errorf("%s: %s", r.Verdict, r.Why)
	}
}
