package latency

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// dists generates any valid distribution, each kind by its own parameters.
func dists() *rapid.Generator[Dist] {
	return rapid.Custom(func(t *rapid.T) Dist {
		a := time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "a"))
		b := a + time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "b"))
		switch rapid.SampledFrom(Kinds()).Draw(t, "kind").Name {
		case "constant":
			return constant{a}
		case "uniform":
			return uniform{a, b}
		case "normal":
			return normal{a, b - a}
		case "lognormal":
			return lognormal{a, min(b, a*(maxSpread-1))}
		case "exponential":
			return exponential{a}
		case "percentiles":
			return drawTable(t)
		case "stalls":
			of := []Dist{constant{a}, uniform{a, b}, lognormal{a, min(b, a*(maxSpread-1))}, exponential{a}}
			share := float64(rapid.IntRange(1, 999_999).Draw(t, "millionths")) / 1e6
			return newStalls(rapid.SampledFrom(of).Draw(t, "of"), share, rapid.SampledFrom([]time.Duration{a / 2, a, b, 3 * b}).Draw(t, "for"))
		case "trace":
			samples := rapid.SliceOfN(rapid.Int64Range(0, 50), 1, 40).Draw(t, "samples")
			list := make([]time.Duration, len(samples))
			for i, s := range samples {
				list[i] = time.Duration(s) * a / 50
			}
			d, err := newTrace(list)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		panic("a kind without a generator")
	})
}

// drawTable draws a table of percentiles.
func drawTable(t *rapid.T) Dist {
	names := rapid.SliceOfNDistinct(rapid.IntRange(0, 100_000), 2, 8, rapid.ID).Draw(t, "percentiles")
	slices.Sort(names)
	var d percentiles
	delay := time.Duration(0)
	for _, n := range names {
		delay += time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "step"))
		share, err := percentile("p" + strconv.FormatFloat(float64(n)/1000, 'f', -1, 64))
		if err != nil {
			t.Fatal(err)
		}
		d.points = append(d.points, point{share, delay})
	}
	return d
}

func shares() *rapid.Generator[float64] {
	return rapid.Float64Range(0, math.Nextafter(1, 0))
}

// TestKinds holds every family to its listing: the example parses, is of the
// kind it stands for, and prints as it was written.
func TestKinds(t *testing.T) {
	for _, k := range Kinds() {
		d, err := Parse(k.Example)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if d.Kind() != k.Name || d.String() != k.Example {
			t.Errorf("%s: got kind %q, %q; want %q", k.Name, d.Kind(), d, k.Example)
		}
		if k.Summary == "" {
			t.Errorf("%s has no summary", k.Name)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := dists().Draw(t, "dist")
		got, err := Parse(d.String())
		if err != nil || !reflect.DeepEqual(got, d) {
			t.Fatalf("Parse(%q) = %v, %v", d, got, err)
		}
	})
}

func TestQuantileIsMonotoneAndNotNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := dists().Draw(t, "dist")
		u, v := shares().Draw(t, "u"), shares().Draw(t, "v")
		if u > v {
			u, v = v, u
		}
		if lo, hi := d.Quantile(u), d.Quantile(v); lo < 0 || lo > hi || hi > longestDelay {
			t.Fatalf("%s: Q(%v) = %v, Q(%v) = %v", d, u, lo, v, hi)
		}
	})
}

func TestQuantilesByParameter(t *testing.T) {
	tests := []struct {
		text string
		u    float64
		want time.Duration
	}{
		{"200ms", 0, 200 * time.Millisecond},
		{"200ms", 0.999, 200 * time.Millisecond},
		{"{uniform: [100ms, 1s]}", 0, 100 * time.Millisecond},
		{"{uniform: [100ms, 1s]}", 0.5, 550 * time.Millisecond},
		{"{normal: {mean: 50ms, sd: 5ms}}", 0, 0},
		{"{normal: {mean: 50ms, sd: 5ms}}", 0.5, 50 * time.Millisecond},
		{"{normal: {mean: 50ms, sd: 5ms}}", 0.8413447460685429, 55 * time.Millisecond},
		{"{normal: {mean: 0s, sd: 10ms}}", 0.6826894921370859, 10 * time.Millisecond}, // a half-normal
		{"{lognormal: {p50: 65ms, p99: 400ms}}", 0, 0},
		{"{lognormal: {p50: 65ms, p99: 400ms}}", 0.5, 65 * time.Millisecond},
		{"{lognormal: {p50: 65ms, p99: 400ms}}", 0.99, 400 * time.Millisecond},
		{"{percentiles: {p10: 10ms, p50: 50ms, p90: 100ms}}", 0, 10 * time.Millisecond},
		{"{percentiles: {p10: 10ms, p50: 50ms, p90: 100ms}}", 0.1, 10 * time.Millisecond},
		{"{percentiles: {p10: 10ms, p50: 50ms, p90: 100ms}}", 0.3, 30 * time.Millisecond},
		{"{percentiles: {p10: 10ms, p50: 50ms, p90: 100ms}}", 0.7, 75 * time.Millisecond},
		{"{percentiles: {p10: 10ms, p50: 50ms, p90: 100ms}}", 0.99, 100 * time.Millisecond},
		{"{percentiles: {p99.9: 2s, p50: 1ms}}", 0.999, 2 * time.Second},
		{"{trace: [30ms, 10ms, 20ms x2]}", 0, 10 * time.Millisecond},
		{"{trace: [30ms, 10ms, 20ms x2]}", 0.249, 10 * time.Millisecond},
		{"{trace: [30ms, 10ms, 20ms x2]}", 0.25, 20 * time.Millisecond},
		{"{trace: [30ms, 10ms, 20ms x2]}", 0.75, 30 * time.Millisecond},
		{"{stalls: {of: 65ms, share: 0.2%, for: 10s}}", 0.9979, 65 * time.Millisecond},
		{"{stalls: {of: 65ms, share: 0.2%, for: 10s}}", 0.9981, 10 * time.Second},
		{"{stalls: {of: 65ms, share: 25%, for: 5ms}}", 0.24, 5 * time.Millisecond},
		{"{stalls: {of: 65ms, share: 25%, for: 5ms}}", 0.26, 65 * time.Millisecond},
		{"{stalls: {of: {uniform: [0s, 100ms]}, share: 50%, for: 60ms}}", 0.29, 58 * time.Millisecond},
		{"{stalls: {of: {uniform: [0s, 100ms]}, share: 50%, for: 60ms}}", 0.31, 60 * time.Millisecond},
		{"{stalls: {of: {uniform: [0s, 100ms]}, share: 50%, for: 60ms}}", 0.79, 60 * time.Millisecond},
		{"{stalls: {of: {uniform: [0s, 100ms]}, share: 50%, for: 60ms}}", 0.9, 80 * time.Millisecond},
		{"{exponential: {mean: 50ms}}", 0, 0},
		{"{exponential: {mean: 50ms}}", 1 - 1/math.E, 50 * time.Millisecond},
	}
	for _, tt := range tests {
		d, err := Parse(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Quantile(tt.u); (got - tt.want).Abs() > 10 {
			t.Errorf("%s: Q(%v) = %v, want %v", tt.text, tt.u, got, tt.want)
		}
	}
}
