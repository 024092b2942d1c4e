package chart

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"gonum.org/v1/plot"
)

// Ticks lie within the axis, rise, and are neither too few to read a value off
// nor so many that they run into each other.
func TestTicksAreReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := math.Pow(10, rapid.Float64Range(2, 9).Draw(t, "lo"))
		hi := lo * math.Pow(10, rapid.Float64Range(0.02, 5).Draw(t, "decades"))
		for name, ticker := range map[string]plot.Ticker{
			"linear":      linear(7, timeScale(hi)),
			"logarithmic": logarithmic(7, timeScale(hi)),
		} {
			last, labelled, seen := lo*(1-1e-6), 0, map[string]bool{}
			for _, tick := range ticker.Ticks(lo, hi) {
				if tick.Value <= last || tick.Value > hi*(1+1e-6) {
					t.Fatalf("%s from %v to %v: tick %v after %v", name, lo, hi, tick.Value, last)
				}
				last = tick.Value
				if tick.Label != "" {
					labelled++
					if seen[tick.Label] {
						t.Fatalf("%s from %v to %v: two ticks read %q", name, lo, hi, tick.Label)
					}
					seen[tick.Label] = true
				}
			}
			if labelled < 2 || labelled > 16 {
				t.Fatalf("%s from %v to %v: %d labels", name, lo, hi, labelled)
			}
		}
	})
}

func TestRoundSteps(t *testing.T) {
	for step, want := range map[float64]float64{0.9: 1, 1: 1, 1.1: 2, 2.2: 2.5, 30: 50, 70: 100, 0: 1} {
		if got := roundStep(step); math.Abs(got-want) > 1e-9 {
			t.Errorf("step %v becomes %v, want %v", step, got, want)
		}
	}
	for v, want := range map[float64]string{0.5: "0.5", 2.5: "2.5", 10: "10", 10000: "10,000"} {
		if got := label(v, v); got != want {
			t.Errorf("%v is labelled %q, want %q", v, got, want)
		}
	}
}
