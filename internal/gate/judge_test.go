package gate

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawLook is a policy, one of its looks and the blocks for it; the range is such that every
// verdict occurs.
func drawLook(t *rapid.T) (Policy, int, []Block) {
	p := drawPolicy(t)
	look := rapid.IntRange(0, len(p.Looks)-1).Draw(t, "look")
	middle, width := rapid.Float64Range(-0.1, 0.1).Draw(t, "middle"), rapid.Float64Range(0, 0.05).Draw(t, "width")
	return p, look, drawBlocks(t, p, p.Looks[look], middle-width, middle+width)
}

func eachRule(t *testing.T, law func(t *rapid.T, p Policy, r Rule, look int, blocks []Block)) {
	rapid.Check(t, func(t *rapid.T) {
		p, look, blocks := drawLook(t)
		for _, r := range p.Rules {
			law(t, p, r, look, blocks)
		}
	})
}

// mapped are the blocks with every pair changed.
func mapped(blocks []Block, change func(Pair) Pair) []Block {
	var out []Block
	for _, b := range blocks {
		values := map[string]Pair{}
		for metric, pair := range b.Values {
			values[metric] = change(pair)
		}
		b.Values = values
		out = append(out, b)
	}
	return out
}

// Who is called base is of no account: REGRESSED and IMPROVED swap, also with a floor.
func TestSwappingTheArmsSwapsTheVerdict(t *testing.T) {
	swapped := map[Verdict]Verdict{Regressed: Improved, Improved: Regressed}
	eachRule(t, func(t *rapid.T, p Policy, r Rule, look int, blocks []Block) {
		r.Floor = rapid.SampledFrom([]float64{0, 1, 10}).Draw(t, "floor")
		f := Judge(p, r, look, blocks)
		m := Judge(p, r, look, mapped(blocks, func(p Pair) Pair { return Pair{p[Candidate], p[Base]} }))
		want, decided := swapped[f.Verdict]
		_, mirrored := swapped[m.Verdict]
		if decided && m.Verdict != want || decided != mirrored {
			t.Fatalf("%s, swapped %s:\n%+v\n%+v", f.Verdict, m.Verdict, f, m)
		}
	})
}

// A unit twice as large changes nothing where there is no floor.
func TestScaleSaysNothing(t *testing.T) {
	eachRule(t, func(t *rapid.T, p Policy, r Rule, look int, blocks []Block) {
		by := math.Exp2(float64(rapid.IntRange(-20, 20).Draw(t, "by"))) // exact
		f := Judge(p, r, look, blocks)
		scaled := Judge(p, r, look, mapped(blocks, func(p Pair) Pair { return Pair{p[Base] * by, p[Candidate] * by} }))
		scaled.Arms = Pair{scaled.Arms[Base] / by, scaled.Arms[Candidate] / by}
		if !reflect.DeepEqual(f, scaled) {
			t.Fatalf("%+v\nscaled %+v", f, scaled)
		}
	})
}

// In which order the blocks were measured changes nothing at all, at a look and at a confirmation.
func TestOrderOfBlocksSaysNothing(t *testing.T) {
	eachRule(t, func(t *rapid.T, p Policy, r Rule, look int, blocks []Block) {
		shuffled := append([]Block(nil), blocks...)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		if f, s := Judge(p, r, look, blocks), Judge(p, r, look, shuffled); !reflect.DeepEqual(f, s) {
			t.Fatalf("%+v\nshuffled %+v", f, s)
		}
		if f, s := Confirm(r, blocks), Confirm(r, shuffled); !reflect.DeepEqual(f, s) {
			t.Fatalf("%+v\nshuffled %+v", f, s)
		}
	})
}

// Better in every block is never worse, and worse in every block never better.
func TestNoVerdictAgainstEveryBlock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		look := rapid.IntRange(0, len(p.Looks)-1).Draw(t, "look")
		better := drawBlocks(t, p, p.Looks[look], -0.2, 0)
		worse := drawBlocks(t, p, p.Looks[look], 0, 0.2)
		for _, r := range p.Rules {
			if f := Judge(p, r, look, better); f.Verdict == Regressed || Confirm(r, better).Verdict == Regressed {
				t.Fatalf("%+v", f)
			}
			if f := Judge(p, r, look, worse); f.Verdict == Improved {
				t.Fatalf("%+v", f)
			}
		}
	})
}

// A candidate that is worse by a factor more is judged no better.
func TestWorseIsNeverBetter(t *testing.T) {
	rank := map[Verdict]int{Improved: 0, Pass: 1, Undecided: 2, Inconclusive: 2, Regressed: 3}
	eachRule(t, func(t *rapid.T, p Policy, r Rule, look int, blocks []Block) {
		by := math.Exp(rapid.Float64Range(0, 0.1).Draw(t, "by"))
		f := Judge(p, r, look, blocks)
		w := Judge(p, r, look, mapped(blocks, func(p Pair) Pair {
			if r.Higher {
				return Pair{p[Base], p[Candidate] / by}
			}
			return Pair{p[Base], p[Candidate] * by}
		}))
		if f.Verdict != NotGated && rank[w.Verdict] < rank[f.Verdict] {
			t.Fatalf("%s, and worse by %v %s", f.Verdict, by, w.Verdict)
		}
	})
}

// A finding says what it rests on, and its numbers fit its verdict.
func TestFindingsAreCoherent(t *testing.T) {
	eachRule(t, func(t *rapid.T, p Policy, r Rule, look int, blocks []Block) {
		f := Judge(p, r, look, blocks)
		if f.Why == "" || strings.ContainsAny(f.Why, "\n") || strings.Contains(f.Why, "NaN") {
			t.Fatalf("%+v", f)
		}
		if f.Verdict == NotGated {
			return
		}
		const slack = 1e-9
		inside := func(lo, x, hi float64) bool { return lo <= x+slack && x <= hi+slack }
		if !inside(f.Interval.Lo, f.Change, f.Interval.Hi) || !inside(f.Bounds.Lo, f.Change, f.Bounds.Hi) || !inside(0, f.SignedRank, 1) {
			t.Fatalf("%+v", f)
		}
		if f.Verdict == Regressed && f.Bounds.Lo <= r.Effect || f.Verdict == Pass && f.Bounds.Hi >= r.Tolerance ||
			f.Verdict == Improved && f.Change >= 0 || (f.Verdict == Inconclusive) != (f.Visible > 0) {
			t.Fatalf("%+v", f)
		}
		if last := look == len(p.Looks)-1; f.Verdict == Inconclusive != last && (f.Verdict == Inconclusive || f.Verdict == Undecided) {
			t.Fatalf("%+v at look %d of %d", f, look, len(p.Looks))
		}
	})
}

// pairs are blocks of one metric.
func pairs(metric string, base float64, logs ...float64) []Block {
	var blocks []Block
	for i, x := range logs {
		blocks = append(blocks, Block{N: i + 1, Values: map[string]Pair{metric: {base, base * math.Exp(x)}}})
	}
	return blocks
}

// Eight blocks by hand: g = 1, h = 6, the mean of the middle six is 0.06.
func TestJudgeByHand(t *testing.T) {
	p := Default()
	blocks := pairs("cpu_per_request", 100, 0.058, 0.062, 0.5, 0.06, 0.06, 0.059, 0.061, -0.5)
	f := Judge(p, p.Rules[0], 0, blocks)
	// Winsorized: 0.058 twice, 0.062 twice; s_w² = 18e-6/7; SE = s_w·√(7/30); one-sided
	// t with 5 degrees at 0.2%·ln(1 + (e−1)/3) = 0.0906%.
	se := math.Sqrt(18e-6/7) * math.Sqrt(7.0/30)
	if f.Verdict != Regressed || math.Abs(f.Change-math.Expm1(0.06)) > 1e-12 || f.Blocks != 8 {
		t.Errorf("%+v", f)
	}
	if low := math.Expm1(0.06 - 6.03*se); math.Abs(f.Bounds.Lo-low) > 1e-4 {
		t.Errorf("lower bound %v, want about %v", f.Bounds.Lo, low)
	}
	want := "6.2% worse over 8 blocks, by at least 5.7% (error 0.091%), where more than 1% is a regression"
	if f.Why != want {
		t.Errorf("%s, want\n%s", f.Why, want)
	}
}

// A floor keeps a sure but tiny difference from being a regression, and is tolerated.
func TestFloor(t *testing.T) {
	p := Default()
	r := Rule{Metric: "peak_pss", Load: "open", Tolerance: 0.05, Effect: 0.01, Floor: 2 << 20}
	noise := []float64{0.1, 0.101, 0.099, 0.1, 0.1, 0.1, 0.1, 0.1} // of 10 MiB: 1 MiB
	small := Judge(p, r, 0, pairs(r.Metric, 10<<20, noise...))
	if small.Verdict != Pass || !strings.Contains(small.Why, "20% (the floor) is tolerated") {
		t.Errorf("%+v", small)
	}
	if large := Judge(p, r, 0, pairs(r.Metric, 100<<20, noise...)); large.Verdict != Regressed {
		t.Errorf("%+v", large)
	}
	if c := Confirm(r, pairs(r.Metric, 10<<20, noise...)); c.Verdict != Inconclusive {
		t.Errorf("%+v", c)
	}
}

// With too few values a metric is not gated, and the commonest reason is said.
func TestNotGated(t *testing.T) {
	p := Default()
	blocks := pairs("cpu_per_request", 100, 0, 0, 0, 0, 0)
	for _, why := range []string{"idle", "idle", "short"} {
		blocks = append(blocks, Block{Why: map[string]string{"cpu_per_request": why}})
	}
	if f := Judge(p, p.Rules[0], 0, blocks); f.Verdict != NotGated || f.Why != "no value in 3 of 8 blocks: idle" {
		t.Errorf("%+v", f)
	}
	if f := Judge(p, p.Rules[0], 0, blocks[:6]); f.Verdict == NotGated {
		t.Errorf("%+v", f)
	}
	zero := Judge(p, p.Rules[0], 0, []Block{{Values: map[string]Pair{"cpu_per_request": {0, 1}}}})
	if zero.Verdict != NotGated || !strings.Contains(zero.Why, "not above zero in both arms") {
		t.Errorf("%+v", zero)
	}
}

// INCONCLUSIVE says what would have been seen, and what it takes.
func TestInconclusivePlans(t *testing.T) {
	p := Default()
	last := len(p.Looks) - 1
	spread := func(by float64) []Block {
		var logs []float64
		for i := range 24 {
			logs = append(logs, 0.03+by*float64(i%5-2))
		}
		return pairs("cpu_per_request", 100, logs...)
	}
	for by, want := range map[float64]string{
		0.04: "to see 5% here you need ",
		0.4:  "no reasonable number of blocks would show 5%",
	} {
		f := Judge(p, p.Rules[0], last, spread(by))
		if f.Verdict != Inconclusive || f.Visible < 0.01 || !strings.Contains(f.Why, want) {
			t.Errorf("spread %v: %+v", by, f)
		}
	}
}
