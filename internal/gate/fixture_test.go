package gate

import (
	"math"
	"math/rand/v2"

	"pgregory.net/rapid"
)

// worsen multiplies what is measured: by so much the candidate is worse, whichever way the
// metric is better.
func worsen(r Rule, base, by float64) Pair {
	if r.Higher {
		return Pair{base, base / by}
	}
	return Pair{base, base * by}
}

// drawBlocks are valid blocks whose log ratios lie within lo to hi; some metrics have no value.
func drawBlocks(t *rapid.T, p Policy, n int, lo, hi float64) []Block {
	blocks := make([]Block, n)
	for i := range blocks {
		b := Block{N: i + 1, Values: map[string]Pair{}, Why: map[string]string{}}
		for _, r := range p.Rules {
			if rapid.IntRange(0, 15).Draw(t, "absent") == 0 {
				b.Why[r.Metric] = rapid.SampledFrom([]string{"idle", "too few samples"}).Draw(t, "why")
				continue
			}
			base := rapid.Float64Range(10, 1000).Draw(t, "base")
			b.Values[r.Metric] = worsen(r, base, math.Exp(rapid.Float64Range(lo, hi).Draw(t, "log")))
		}
		blocks[i] = b
	}
	return blocks
}

// drawPolicy is any policy that makes sense, without floors.
func drawPolicy(t *rapid.T) Policy {
	p := Policy{
		Confirm: rapid.IntRange(4, 9).Draw(t, "confirm"),
		Error:   rapid.Float64Range(0.001, 0.2).Draw(t, "error"), Miss: rapid.Float64Range(0.001, 0.2).Draw(t, "miss"),
		MaxInvalid: rapid.Float64Range(0, 0.5).Draw(t, "max_invalid"),
	}
	n := 3
	for range rapid.IntRange(1, 4).Draw(t, "looks") {
		n += rapid.IntRange(1, 6).Draw(t, "more")
		p.Looks = append(p.Looks, n)
	}
	for _, metric := range []string{"cpu", "latency", "throughput"}[:rapid.IntRange(1, 3).Draw(t, "rules")] {
		effect := rapid.Float64Range(0, 0.05).Draw(t, "effect")
		p.Rules = append(p.Rules, Rule{
			Metric: metric, Load: "open", Higher: metric == "throughput",
			Effect: effect, Tolerance: effect + rapid.Float64Range(0.001, 0.1).Draw(t, "tolerance"),
		})
	}
	return p
}

// source yields one block after the other.
type source func(n int, confirm bool) Block

// run carries a gate out, and checks what must hold for any.
func run(t rapid.TB, p Policy, blocks source) Result {
	t.Helper()
	g := New(p)
	for n := 1; ; n++ {
		ask, ok := g.Next()
		if !ok {
			break
		}
		if ask.Blocks < 1 || n > longest(p) {
			t.Fatalf("block %d, of at most %d: asked for %+v", n, longest(p), ask)
		}
		g.Observe(blocks(n, ask.Confirm))
	}
	return g.Result()
}

// longest is the number of blocks that no gate exceeds.
func longest(p Policy) int {
	valid := p.Looks[len(p.Looks)-1] + len(p.Looks)*p.Confirm
	return valid + int(float64(valid)*p.MaxInvalid/(1-p.MaxInvalid)) + 1
}

// noisy is a service whose blocks are spread by noise; worse are log changes by metric. The noise
// does not depend on them, so that a change moves nothing else.
func noisy(p Policy, seed uint64, noise func(*rand.Rand) float64, worse map[string]float64) source {
	rng := rand.New(rand.NewPCG(seed, 8))
	return func(n int, confirm bool) Block {
		b := Block{N: n, Confirm: confirm, Values: map[string]Pair{}}
		for _, r := range p.Rules {
			b.Values[r.Metric] = worsen(r, 1e6, math.Exp(worse[r.Metric]+noise(rng)))
		}
		b.Counts = [2]Counts{{Requests: 4000}, {Requests: 4000}}
		return b
	}
}

// normal and heavy noise, both with a standard deviation of 2%.
func normal(rng *rand.Rand) float64 { return 0.02 * rng.NormFloat64() }

// heavy is Student's t with three degrees of freedom, whose deviation is √3.
func heavy(rng *rand.Rand) float64 {
	chi := 0.0
	for range 3 {
		x := rng.NormFloat64()
		chi += x * x
	}
	return 0.02 / math.Sqrt(3) * rng.NormFloat64() / math.Sqrt(chi/3)
}
