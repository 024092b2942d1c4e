package gate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/notifybench/notifybench/internal/stats"
)

// rates are how often which verdict came, over gates with seeds of their own, and how many
// blocks a gate took.
func rates(t *testing.T, gates int, noise func(*rand.Rand) float64, worse map[string]float64) (map[Verdict]int, float64) {
	t.Helper()
	seen, blocks := map[Verdict]int{}, 0
	for seed := range gates {
		r := run(t, Default(), noisy(Default(), uint64(seed), noise, worse))
		seen[r.Verdict]++
		blocks += r.Blocks
	}
	return seen, float64(blocks) / float64(gates)
}

// The operating characteristics of the default policy where a block has a noise of 2%. The
// seeds are fixed: these are examples that always come out the same, with limits that the
// specification sets and not the luck of the seeds.
func TestOperatingCharacteristics(t *testing.T) {
	for name, noise := range map[string]func(*rand.Rand) float64{"normal": normal, "heavy": heavy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const same, changed = 400, 120
			seen, blocks := rates(t, same, noise, nil)
			t.Logf("unchanged: %v, %.1f blocks", seen, blocks)
			if red := stats.ClopperPearson(seen[Regressed], same, 0.95); red.Hi > 0.01 {
				t.Errorf("red in %d of %d", seen[Regressed], same)
			}
			if seen[Inconclusive] > same/50 {
				t.Errorf("inconclusive in %d of %d", seen[Inconclusive], same)
			}
			for by, least := range map[float64]int{0.05: changed * 90 / 100, 0.10: changed * 99 / 100} {
				seen, blocks := rates(t, changed, noise, map[string]float64{"cpu_per_request": math.Log1p(by)})
				t.Logf("%v worse: %v, %.1f blocks", by, seen, blocks)
				if seen[Regressed] < least {
					t.Errorf("%v worse: found in %d of %d", by, seen[Regressed], changed)
				}
			}
		})
	}
}

// At the edge of the tolerance a metric passes no more often than the policy allows.
func TestMissIsKept(t *testing.T) {
	const gates = 400
	p := Default()
	p.Rules = p.Rules[:1]
	passed := 0
	for seed := range gates {
		r := run(t, p, noisy(p, uint64(seed), normal, map[string]float64{"cpu_per_request": math.Log1p(0.05)}))
		if r.Verdict == Pass {
			passed++
		}
	}
	if at := stats.ClopperPearson(passed, gates, 0.99); at.Lo > p.Miss {
		t.Errorf("passed %d of %d", passed, gates)
	}
}
