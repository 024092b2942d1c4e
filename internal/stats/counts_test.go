package stats_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/stats"
)

// The lady who tastes whether milk or tea went in first, right in three of four cups:
// 17/70 by chance.
func TestFisherTastesTea(t *testing.T) {
	near(t, "three of four", stats.FisherGreater(3, 4, 1, 4), 17.0/70, 1e-12)
	near(t, "four of four", stats.FisherGreater(4, 4, 0, 4), 1.0/70, 1e-12)
	// Convictions of twins, from the same author: R's fisher.test prints 0.0004652.
	near(t, "twins", stats.FisherGreater(10, 12, 3, 18), 0.0004652, 5e-8)
	near(t, "nothing failed", stats.FisherGreater(0, 100, 0, 100), 1, 0)
	near(t, "nothing was asked", stats.FisherGreater(0, 0, 0, 0), 1, 0)
}

// Against exact integers.
func TestFisherByBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.Int64Range(1, 60).Draw(t, "n"), rapid.Int64Range(1, 60).Draw(t, "m")
		a, b := rapid.Int64Range(0, n).Draw(t, "a"), rapid.Int64Range(0, m).Draw(t, "b")
		as, term := new(big.Int), new(big.Int)
		for x := a; x <= min(n, a+b); x++ {
			if other := a + b - x; other <= m {
				term.Mul(term.Binomial(n, x), new(big.Int).Binomial(m, other))
				as.Add(as, term)
			}
		}
		want, _ := new(big.Rat).SetFrac(as, new(big.Int).Binomial(n+m, a+b)).Float64()
		got := stats.FisherGreater(uint64(a), uint64(n), uint64(b), uint64(m))
		if math.Abs(got-want) > 1e-9*want+1e-12 {
			t.Fatalf("%d of %d against %d of %d: %v, want %v", a, n, b, m, got, want)
		}
	})
}

// Of many requests: the tail is that of a coin where the failures are rare.
func TestFisherOfMany(t *testing.T) {
	near(t, "ten of ten", stats.FisherGreater(10, 10_000_000, 0, 10_000_000), math.Exp2(-10), 1e-8)
	if p := stats.FisherGreater(5000, 100_000, 10, 100_000); !(p >= 0 && p < 1e-300) {
		t.Errorf("%v", p)
	}
	near(t, "the other way", stats.FisherGreater(10, 100_000, 5000, 100_000), 1, 1e-12)
}

// R: binom.test(682, 925), binom.test(1, 10), and the rule of three made exact.
func TestClopperPearson(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{
		{682, 925, 0.7076683, 0.7654066},
		{1, 10, 0.002528579, 0.4450161},
		{0, 200, 0, 1 - math.Pow(0.025, 1.0/200)},
		{200, 200, math.Pow(0.025, 1.0/200), 1},
		{0, 0, 0, 1},
	} {
		i := stats.ClopperPearson(c.k, c.n, 0.95)
		near(t, "lower", i.Lo, c.lo, 5e-8)
		near(t, "upper", i.Hi, c.hi, 5e-8)
	}
}

// At its ends, what was seen or more extreme has half of the error left.
func TestClopperPearsonByItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		confidence := rapid.Float64Range(0.5, 0.999).Draw(t, "confidence")
		i := stats.ClopperPearson(k, n, confidence)
		if tail := (1 - confidence) / 2; k > 0 && math.Abs(binomial(k, n, n, i.Lo)-tail) > 1e-8 ||
			k < n && math.Abs(binomial(0, k, n, i.Hi)-tail) > 1e-8 {
			t.Fatalf("%d of %d at %v: %v", k, n, confidence, i)
		}
		if !i.Contains(float64(k) / float64(n)) {
			t.Fatalf("%v without %d of %d", i, k, n)
		}
	})
}

// binomial is the probability of from … to of n.
func binomial(from, to, n int, p float64) (sum float64) {
	for x := from; x <= to; x++ {
		ways, _ := new(big.Float).SetInt(new(big.Int).Binomial(int64(n), int64(x))).Float64()
		sum += ways * math.Pow(p, float64(x)) * math.Pow(1-p, float64(n-x))
	}
	return sum
}
