package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/stats"
)

// α = 5% at five even looks, from tables of Pocock-type spending (Lan and DeMets).
func TestPocock(t *testing.T) {
	for i, want := range []float64{0, 0.01477, 0.02616, 0.03543, 0.04324, 0.05} {
		near(t, "spent", stats.Pocock(0.05, float64(i)/5), want, 5e-6)
	}
	if stats.Pocock(0.05, 1.5) != stats.Pocock(0.05, 1) || stats.Pocock(0.05, -1) != 0 {
		t.Error("nothing is spent before the start or after the end")
	}
}

func TestSpendIsAllSpent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alpha := rapid.Float64Range(1e-6, 0.5).Draw(t, "alpha")
		looks, n := []int{}, 0
		for range rapid.IntRange(1, 8).Draw(t, "looks") {
			n += rapid.IntRange(1, 20).Draw(t, "more")
			looks = append(looks, n)
		}
		sum := 0.0
		for _, part := range stats.Spend(alpha, looks) {
			if part <= 0 {
				t.Fatalf("%v: a look with nothing to spend", looks)
			}
			sum += part
		}
		if math.Abs(sum-alpha) > 1e-12 {
			t.Fatalf("%v: %v spent of %v", looks, sum, alpha)
		}
	})
	if len(stats.Spend(0.05, nil)) != 0 {
		t.Error("no looks, nothing to spend")
	}
}

// With what is planned the power is what was planned.
func TestBlocksForBySimulation(t *testing.T) {
	const sd, distance, alpha, power, runs = 0.02, 0.02, 0.01, 0.9, 4000
	rng := rand.New(rand.NewPCG(6, 8))
	draw := func(n int) []float64 {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = distance + sd*rng.NormFloat64()
		}
		return xs
	}
	winsorized := 0.0
	for range 200 {
		winsorized += trimmed(t, draw(24), 0.2).Winsorized() / 200
	}
	n, ok := stats.BlocksFor(winsorized, 0.2, distance, alpha, power)
	if !ok {
		t.Fatal("no number")
	}
	found := 0
	for range runs {
		if trimmed(t, draw(n), 0.2).Lower(alpha) > 0 {
			found++
		}
	}
	if got := float64(found) / runs; math.Abs(got-power) > 0.05 {
		t.Errorf("%d values find it in %v of cases, planned were %v", n, got, power)
	}
}

// G*Power's example of a one-sided t-test: an effect of 0.5, 5%, 95% power takes 45.
func TestBlocksForPlain(t *testing.T) {
	if n, ok := stats.BlocksFor(1, 0, 0.5, 0.05, 0.95); !ok || n != 45 {
		t.Errorf("%d %v, want 45", n, ok)
	}
	if n, ok := stats.BlocksFor(0, 0, 0.5, 0.05, 0.95); !ok || n != 2 {
		t.Errorf("without noise %d %v, want 2", n, ok)
	}
}

func TestBlocksForLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sd := rapid.Float64Range(0.001, 0.05).Draw(t, "sd")
		distance := rapid.Float64Range(0.01, 0.1).Draw(t, "distance")
		alpha := rapid.Float64Range(1e-4, 0.1).Draw(t, "alpha")
		n, ok := stats.BlocksFor(sd, 0.2, distance, alpha, 0.9)
		if !ok {
			return
		}
		for _, easier := range [][3]float64{{sd / 2, distance, alpha}, {sd, distance * 2, alpha}, {sd, distance, alpha * 2}} {
			if m, ok := stats.BlocksFor(easier[0], 0.2, easier[1], easier[2], 0.9); !ok || m > n {
				t.Fatalf("%d values, and %d (%v) for what is easier", n, m, ok)
			}
		}
	})
	if n, ok := stats.BlocksFor(1, 0.2, 0.001, 0.01, 0.9); ok {
		t.Errorf("%d values see a thousandth of the deviation", n)
	}
	if n, ok := stats.BlocksFor(1, 0.2, 0, 0.01, 0.9); ok {
		t.Errorf("%d values see nothing at all", n)
	}
}
