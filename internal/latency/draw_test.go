package latency

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

const draws = 100_000

// chiSquare is the statistic of counts against an even spread.
func chiSquare(counts []int) float64 {
	total := 0
	for _, c := range counts {
		total += c
	}
	want, sum := float64(total)/float64(len(counts)), 0.0
	for _, c := range counts {
		sum += (float64(c) - want) * (float64(c) - want) / want
	}
	return sum
}

// limit is the 99.9999% quantile of chi-square with n degrees of freedom
// (Wilson and Hilferty). The draws are fixed, so this test never flickers.
func limit(n float64) float64 {
	return n * math.Pow(1-2/(9*n)+4.753*math.Sqrt(2/(9*n)), 3)
}

func TestDrawIsUniform(t *testing.T) {
	streams := map[string]func(i uint64) float64{
		"over k":        func(i uint64) float64 { return Draw(1, i, "email", 1) },
		"over large k":  func(i uint64) float64 { return Draw(1, i<<24, "email", 1) },
		"over n":        func(i uint64) float64 { return Draw(1, 7, "email", int(i)) },
		"over seeds":    func(i uint64) float64 { return Draw(i, 7, "email", 1) },
		"resets over k": func(i uint64) float64 { return DrawKind(1, i, "email", 1, "reset") },
		"faults over k": func(i uint64) float64 { return DrawFault(1, i, "email", 1) },
	}
	for name, at := range streams {
		counts := make([]int, 256)
		for i := range uint64(draws) {
			counts[int(at(i)*256)]++
		}
		if x := chiSquare(counts); x > limit(255) {
			t.Errorf("%s: chi-square %.0f over 255 degrees of freedom", name, x)
		}
	}
}

// TestDrawsAreIndependent spreads pairs of draws over a 16 × 16 board.
func TestDrawsAreIndependent(t *testing.T) {
	base := func(k uint64) float64 { return Draw(1, k, "email", 1) }
	others := map[string]func(k uint64) float64{
		"another provider": func(k uint64) float64 { return Draw(1, k, "sms", 1) },
		"the next call":    func(k uint64) float64 { return Draw(1, k, "email", 2) },
		"the next k":       func(k uint64) float64 { return Draw(1, k+1, "email", 1) },
		"the next seed":    func(k uint64) float64 { return Draw(2, k, "email", 1) },
		"the fault":        func(k uint64) float64 { return DrawFault(1, k, "email", 1) },
		"a kind of fault":  func(k uint64) float64 { return DrawKind(1, k, "email", 1, "reset") },
	}
	for name, other := range others {
		counts := make([]int, 256)
		for k := range uint64(draws) {
			counts[int(base(k)*16)*16+int(other(k)*16)]++
		}
		if x := chiSquare(counts); x > limit(255) {
			t.Errorf("%s: chi-square %.0f over 255 degrees of freedom", name, x)
		}
	}
}

func TestDrawIsBelowOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, k := rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "k")
		provider, n := rapid.String().Draw(t, "provider"), rapid.Int().Draw(t, "n")
		u := Draw(seed, k, provider, n)
		if u < 0 || u >= 1 || u != Draw(seed, k, provider, n) {
			t.Fatalf("Draw = %v", u)
		}
	})
}

// TestDrawIsPinned fails when the function changes: records made before would
// no longer agree with the delays computed for them.
func TestDrawIsPinned(t *testing.T) {
	got := [3]float64{Draw(1, 2, "email", 3), DrawFault(1, 2, "email", 3), DrawKind(1, 2, "email", 3, "reset")}
	if want := [3]float64{0.8289993719856005, 0.9459502685778609, 0.1303248477311617}; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
