package gatetest

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/stats"
)

// TestReached: the bound decides, and at least is the mirror image of at most.
func TestReached(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   Reached
	}{{0, 0.01, Yes}, {0, 0.011, NotKnown}, {0.009, 0.2, NotKnown}, {0.011, 0.2, No}} {
		if got := reached(stats.Interval{Lo: c.lo, Hi: c.hi}, 0.01, false); got != c.want {
			t.Errorf("%v to %v at most 0.01: %s, want %s", c.lo, c.hi, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0, 1)
		lo, limit := share.Draw(t, "lo"), share.Draw(t, "limit")
		i := stats.Interval{Lo: lo, Hi: lo + share.Draw(t, "width")}
		mirror := stats.Interval{Lo: -i.Hi, Hi: -i.Lo}
		if a, b := reached(i, limit, true), reached(mirror, -limit, false); a != b {
			t.Fatalf("%s and %s", a, b)
		}
	})
}

// TestRateInterval: it is as long as the drawn pools scatter, and never shorter than the draws say.
func TestRateInterval(t *testing.T) {
	rng := seeded(9)
	var scattered []float64
	for range 2000 {
		scattered = append(scattered, 0.5+0.1*rng.NormFloat64())
	}
	if i := rateInterval(5000, 10000, scattered); math.Abs(i.Hi-i.Lo-2*1.96*0.1) > 0.03 {
		t.Errorf("pools whose share has an SD of 0.1: %+v", i)
	}
	if i := rateInterval(0, 10000, make([]float64, 200)); i.Lo != 0 || i.Hi < 3e-4 || i.Hi > 4e-4 {
		t.Errorf("none of 10,000: %+v", i)
	}
}

// TestSmallest: straight lines between the levels.
func TestSmallest(t *testing.T) {
	at := func(change, share float64) Point { return Point{change, Rate{Share: share}} }
	for _, c := range []struct {
		points []Point
		want   float64 // 0: none
	}{
		{nil, 0},
		{[]Point{at(0.02, 0.1), at(0.05, 0.5)}, 0},
		{[]Point{at(0.02, 0.1), at(0.05, 0.8), at(0.10, 1)}, 0.075},
		{[]Point{at(0.02, 1)}, 0.018},
		{[]Point{at(-0.01, 1), at(0.10, 0.9)}, 0.10},
	} {
		got, ok := smallest(c.points, wellFound)
		if ok != (c.want > 0) || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v: %v, %v, want %v", c.points, got, ok, c.want)
		}
	}
}

// TestNoise finds what was put in: deviation, bias, and a block that says something of the next.
func TestNoise(t *testing.T) {
	rng := seeded(4)
	var clean, drifting []float64
	x := 0.0
	for range 400 {
		clean = append(clean, 0.02*rng.NormFloat64())
		x = 0.6*x + 0.02*rng.NormFloat64()
		drifting = append(drifting, 0.01+x)
	}
	n := noise(clean)
	for what, sd := range map[string]float64{"plain": n.SD, "robust": n.Robust} {
		if math.Abs(sd-0.02) > 0.002 {
			t.Errorf("%s SD %v", what, sd)
		}
	}
	if !n.Interval.Contains(0) || math.Abs(n.Autocorrelation) > n.Independent || n.Winsorized <= 0 || n.Winsorized > n.SD {
		t.Errorf("clean: %+v", n)
	}
	if n = noise(drifting); n.Interval.Contains(0) || math.Abs(n.Autocorrelation-0.6) > 0.15 {
		t.Errorf("drifting with a bias of 0.01: %+v", n)
	}
	clean[7] = 3 // one wild block
	if n = noise(clean); n.SD < 0.1 || n.Robust > 0.03 || n.Winsorized > 0.03 {
		t.Errorf("one wild block: %+v", n)
	}
}

// TestTargetsSpeak: what is not reached says what is, and what it would take.
func TestTargetsSpeak(t *testing.T) {
	p := Plan{Policy: policy(), Draws: few()}
	p.Policy.Rules[2].Floor = 0
	f := of(p.Policy)
	for _, g := range goals(p.Policy) {
		if g.of.Metric != Median && g.of.Metric != Tail(p.Policy) && len(pools(f.Blocks)) < 9 {
			f.Blocks = append(f.Blocks, world{sd: 0.12, invalid: 0.02}.measured(seeded(5), g.of, 30)...)
		}
	}
	r := analyse(t, f, p)
	all := ""
	for _, target := range r.Targets {
		notes := strings.Join(target.Notes, "; ")
		all += notes + "\n"
		if target.Verdict != Yes && notes == "" {
			t.Errorf("%s is %s without a word", target.Name, target.Verdict)
		}
	}
	for _, part := range []string{"not measured", "really was", "blocks", "most often by"} {
		if !strings.Contains(all, part) {
			t.Errorf("nothing says %q:\n%s", part, all)
		}
	}
	if strings.Contains(all, "floor") {
		t.Errorf("there is no floor:\n%s", all)
	}
	p.Policy.Rules[2].Floor = 20 << 20
	floor := analyse(t, of(p.Policy, f.Blocks), p)
	memory := floor.Targets[slices.IndexFunc(floor.Targets, func(t Target) bool { return t.Name == "+5% memory found" })]
	if memory.Verdict != No || !strings.Contains(strings.Join(memory.Notes, "; "), "the floor of the policy is 20%") {
		t.Errorf("%+v", memory)
	}
}

// As long as a pool is smaller than the plan wants nothing is said to be reached: what is
// rarer than one in its blocks is in none of them.
func TestTargetsWaitForTheirBlocks(t *testing.T) {
	alike := Injection{Kind: None}
	for want, verdict := range map[int]Reached{20: Yes, 21: NotKnown} {
		p := Plan{Policy: policy(), Draws: few(), Wants: []Want{{alike, want, 0}}}
		r := analyse(t, of(p.Policy, world{}.measured(seeded(1), alike, 20)), p)
		if got := r.Targets[len(r.Targets)-1]; got.Verdict != verdict {
			t.Errorf("20 blocks of %d: %s is %s: %v", want, got.Name, got.Verdict, got.Notes)
		}
	}
}

// The real gates of an injection speak of the metric that ought to show it, and of no other.
func TestRealGatesOfATarget(t *testing.T) {
	rate := func(v float64) Rate { return Rate{Share: v, Interval: stats.Interval{Lo: 0, Hi: 1}} }
	slow := Injection{Work, CPU, 0.1}
	r := Result{Gates: []GateRow{
		{Injection: Injection{Kind: None}, Gates: 14, Red: rate(0.1), Inconclusive: rate(0.2)},
		{Injection: slow, Gates: 2, Red: rate(0.3), Found: rate(0.4)},
	}}
	for _, c := range []struct {
		g    goal
		want string
	}{
		{goal{of: Injection{Kind: None}, limit: 0.01}, "of 14 real gates 10% (0–100)"},
		{goal{of: Injection{Kind: None}, limit: inconclusiveLimit}, "of 14 real gates 20% (0–100)"},
		{goal{of: Injection{Kind: None}, seconds: true}, ""},
		{goal{of: slow, metric: CPU}, "of 2 real gates 40% (0–100)"},
		{goal{of: slow, metric: Throughput}, ""},
		{goal{of: Injection{Hold, Median, 0.1}, metric: Median}, ""},
	} {
		if got := strings.Join(r.carriedOut(c.g), "; "); got != c.want {
			t.Errorf("%+v: %q, want %q", c.g, got, c.want)
		}
	}
}
