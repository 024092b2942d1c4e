package gatetest

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestMissingTakesTurns: at any time of any plan, every injection has its share of what is
// wanted, to within a block; what is measured is what was wanted; and a run that goes on
// after an interruption measures what it would have.
func TestMissingTakesTurns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Plan{Policy: policy()}
		for _, i := range []Injection{{Kind: None}, {Work, CPU, 0.05}, {Fail, "", 0.1}} {
			p.Wants = append(p.Wants, Want{Injection: i, Blocks: rapid.IntRange(0, 12).Draw(t, "blocks")})
		}
		steps := p.Missing(nil)
		var blocks []Measured
		have := map[Injection]int{}
		for at, s := range steps {
			if left := p.Missing(blocks); !slices.Equal(left, steps[at:]) {
				t.Fatalf("after %d: %v, want %v", at, left, steps[at:])
			}
			if have[s.Injection]++; s.N != have[s.Injection] || s.Gate != 0 {
				t.Fatalf("%+v is number %d", s, have[s.Injection])
			}
			blocks = append(blocks, world{}.measured(seeded(1), s.Injection, 1)...)
			for _, w := range p.Wants {
				for _, v := range p.Wants {
					if (have[w.Injection]-1)*v.Blocks > have[v.Injection]*w.Blocks {
						t.Fatalf("%d of %d and %d of %d", have[w.Injection], w.Blocks, have[v.Injection], v.Blocks)
					}
				}
			}
		}
		for _, w := range p.Wants {
			if have[w.Injection] != w.Blocks {
				t.Fatalf("%s: %d of %d", w.Injection, have[w.Injection], w.Blocks)
			}
		}
	})
}

// TestMissingReplacesInvalid: an invalid block is measured again, but not for ever.
func TestMissingReplacesInvalid(t *testing.T) {
	p := Plan{Policy: policy(), Wants: []Want{{Injection{Kind: None}, 10, 0}}}
	blocks := world{invalid: 1}.measured(seeded(1), Injection{Kind: None}, 3)
	if n := len(p.Missing(blocks)); n != 10 {
		t.Errorf("after 3 invalid ones %d are missing, want 10", n)
	}
	blocks = world{invalid: 1}.measured(seeded(1), Injection{Kind: None}, 15)
	if n := len(p.Missing(blocks)); n != 0 {
		t.Errorf("after 15 invalid ones %d are missing", n)
	}
}

// TestMissingGates: a real gate is begun when its pool has its turn, is measured without a
// break, ends as its blocks say, and its blocks are of the pool.
func TestMissingGates(t *testing.T) {
	alike, slow, idle := Injection{Kind: None}, Injection{Work, CPU, 0.5}, Injection{Work, CPU, 0.2}
	p := Plan{Policy: policy(), Wants: []Want{{alike, 10, 1}, {slow, 20, 2}, {idle, 0, 1}}}
	var order []string
	var blocks []Measured
	rng := seeded(3)
	for {
		steps := p.Missing(blocks)
		if len(steps) == 0 {
			break
		}
		s := steps[0]
		m := world{sd: 0.001}.measured(rng, s.Injection, 1)[0]
		m.Gate, m.Block.N, m.Block.Confirm = s.Gate, s.N, s.Confirm
		blocks = append(blocks, m)
		name := strings.Repeat("I", s.Gate) + s.Injection.String()
		if s.Confirm {
			name += " fresh"
		}
		if len(order) == 0 || order[len(order)-1] != name {
			order = append(order, name)
		}
	}
	a, s, i := alike.String(), slow.String(), idle.String()
	want := []string{"I" + a, "I" + s, "I" + s + " fresh", a, "II" + s, "II" + s + " fresh", a, "I" + i, "I" + i + " fresh"}
	if !slices.Equal(order, want) || len(blocks) != 10+16+16+16 {
		t.Errorf("%d blocks, %q, want %q", len(blocks), order, want)
	}
	for _, q := range pools(blocks) {
		if n := map[Injection]int{alike: 10, slow: 32, idle: 16}[q.injection]; len(q.blocks) != n {
			t.Errorf("%s: %d blocks in the pool, want %d", q.injection, len(q.blocks), n)
		}
	}
}

func TestPlans(t *testing.T) {
	p := Default(policy())
	if err := p.Check(); err != nil {
		t.Error(err)
	}
	gates := 0
	for _, w := range p.Wants {
		gates += w.Gates
		if least := map[bool]int{true: 200, false: 48}[w.Kind == None]; w.Blocks < least {
			t.Errorf("%s: %d blocks, promised are %d", w.Injection, w.Blocks, least)
		}
	}
	if gates != 20 {
		t.Errorf("%d real gates", gates)
	}
	for _, g := range goals(p.Policy) {
		if !slices.ContainsFunc(p.Wants, func(w Want) bool { return w.Injection == g.of }) {
			t.Errorf("%s: %s is not planned", g.name, g.of)
		}
	}
	p.Wants = append(p.Wants, p.Wants[0], Want{Injection: Injection{Kind: Hold, Level: -1}}, Want{Injection: Injection{Fail, CPU, 0.1}}, Want{Injection{"x", "", 1}, -1, 0})
	p.Draws = Draws{}
	err := p.Check()
	for _, part := range []string{"twice", "hold at level -1", `fail with metric "cpu_per_request"`, `no such injection: "x"`, "-1 blocks", "draw at least"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %q", err, part)
		}
	}
}
