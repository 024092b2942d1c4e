package shape

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Generators of the parameters, in the notation's own grain.
func rateOf(t *rapid.T, label string, low float64) float64 {
	return math.Round(rapid.Float64Range(low, 2000).Draw(t, label)*8) / 8
}

func timeOf(t *rapid.T, label string) time.Duration {
	return time.Duration(rapid.IntRange(1, 20_000).Draw(t, label)) * time.Millisecond
}

// anyOf draws a shape of the named family.
func anyOf(t *rapid.T, kind string) Shape {
	switch kind {
	case "rate":
		return rate(rateOf(t, "rate", 0.5))
	case "poisson":
		return newPoisson(rateOf(t, "rate", 0.5), rapid.Uint64Range(0, math.MaxInt64).Draw(t, "seed"))
	case "steps":
		return newSteps(rateOf(t, "from", 0.5), rateOf(t, "step", 0.5), timeOf(t, "every"),
			rapid.IntRange(1, 12).Draw(t, "count"))
	case "ramp":
		from := rateOf(t, "from", 0)
		return newRamp(from, from+rapid.SampledFrom([]float64{-from, -from / 2, 1, 500}).
			Filter(func(d float64) bool { return d != 0 }).Draw(t, "change"), timeOf(t, "over"))
	case "spike":
		base := rateOf(t, "base", 0)
		return newSpike(base, base+rateOf(t, "above", 0.5), timeOf(t, "at")-time.Millisecond, timeOf(t, "for"))
	case "sine":
		mean := rateOf(t, "mean", 0.5)
		return sine{mean, mean * rapid.SampledFrom([]float64{0.125, 0.5, 1}).Draw(t, "swing"), timeOf(t, "period")}
	case "closed":
		return closed(rapid.IntRange(1, 1000).Draw(t, "connections"))
	}
	t.Fatalf("no generator for kind %s: add one", kind)
	return nil
}

// forEach checks a property over every family of the registry.
func forEach(t *testing.T, check func(t *rapid.T, s Shape)) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { check(t, anyOf(t, k.Name)) })
		})
	}
}

func TestExamplesAreOfTheirKind(t *testing.T) {
	for _, k := range Kinds() {
		s, err := Parse(k.Example)
		if err != nil {
			t.Fatal(err)
		}
		if s.Kind() != k.Name || k.Summary == "" || s.String() != k.Example {
			t.Errorf("%+v reads as %s of kind %s", k, s, s.Kind())
		}
	}
}

func TestStringParsesBack(t *testing.T) {
	forEach(t, func(t *rapid.T, s Shape) {
		back, err := Parse(s.String())
		if err != nil {
			t.Fatal(err)
		}
		if back.String() != s.String() {
			t.Fatalf("%s reads back as %s", s, back)
		}
		for k := range uint64(50) {
			got, gotOK := back.At(k)
			want, wantOK := s.At(k)
			if got != want || gotOK != wantOK {
				t.Fatalf("%s: At(%d) = %v, read back %v", s, k, want, got)
			}
		}
	})
}

func TestAtNeverFalls(t *testing.T) {
	forEach(t, func(t *rapid.T, s Shape) {
		k := rapid.Uint64Range(0, 20_000).Draw(t, "k")
		last, ended := time.Duration(0), false
		for i := k; i < k+200; i++ {
			at, ok := s.At(i)
			if ok && (at < last || ended) {
				t.Fatalf("%s: At(%d) = %v after %v, ended %v", s, i, at, last, ended)
			}
			last, ended = max(at, last), !ok
		}
	})
}

// countBefore is the number of requests due before the given time.
func countBefore(s Shape, until time.Duration, limit uint64) uint64 {
	low, high := uint64(0), limit
	for low < high {
		mid := (low + high) / 2
		if at, ok := s.At(mid); ok && at < until {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// integral of Rate by the midpoint rule, independent of the shape's own formula.
func integral(s Shape, until time.Duration, n int) float64 {
	sum, width := 0.0, float64(until)/float64(n)
	for i := range n {
		sum += s.Rate(time.Duration((float64(i) + 0.5) * width))
	}
	return sum * width / 1e9
}

func TestCountIsTheIntegralOfRate(t *testing.T) {
	forEach(t, func(t *rapid.T, s Shape) {
		if _, isClosed := Closed(s); isClosed {
			return
		}
		until := timeOf(t, "until")
		const n = 20_000
		want := integral(s, until, n)
		// One request, and what a jump within one slice can hide from the midpoint rule.
		slack := 1.001 + PeakRate(s, until)*until.Seconds()/n*14
		if s.Kind() == "poisson" {
			slack += 5 * math.Sqrt(want+1)
		}
		if got := float64(countBefore(s, until, 1<<20)); math.Abs(got-want) > slack {
			t.Fatalf("%s: %v requests before %v, the integral of the rate is %v", s, got, until, want)
		}
		if mean := MeanRate(s, until) * until.Seconds(); math.Abs(mean-want) > slack-1 {
			t.Fatalf("%s: MeanRate gives %v requests, the integral is %v", s, mean, want)
		}
	})
}

func TestPeakIsTheHighestRate(t *testing.T) {
	forEach(t, func(t *rapid.T, s Shape) {
		window := timeOf(t, "window")
		highest := 0.0
		for i := range 1001 {
			highest = max(highest, s.Rate(window*time.Duration(i)/1000))
		}
		peak := PeakRate(s, window)
		if highest > peak*(1+1e-9) {
			t.Fatalf("%s: rate %v above the peak %v", s, highest, peak)
		}
		if !Changing(s) && highest != peak {
			t.Fatalf("%s: peak %v of a constant %v", s, peak, highest)
		}
	})
}

func TestAtIsPure(t *testing.T) {
	forEach(t, func(t *rapid.T, s Shape) {
		seed := rapid.Uint64().Draw(t, "order")
		const n, stride = 200, 53 // beyond two strides of the memo of poisson
		want := make([]time.Duration, n)
		for i := range want {
			want[i], _ = s.At(uint64(i * stride))
		}
		r := rand.New(rand.NewPCG(seed, 0))
		fresh, err := Parse(s.String())
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			i := r.IntN(n)
			first, _ := fresh.At(uint64(i * stride))
			again, _ := s.At(uint64(i * stride))
			if first != want[i] || again != want[i] {
				t.Fatalf("%s: At(%d) is %v, %v and %v", s, i*stride, want[i], first, again)
			}
		}
	})
}

func TestScaleKeepsRatesAndMovesTimes(t *testing.T) {
	forEach(t, func(t *rapid.T, s Shape) {
		factor := rapid.SampledFrom([]float64{0.5, 2, 4}).Draw(t, "factor")
		scaled := Scale(s, factor)
		if scaled.Kind() != s.Kind() || Changing(scaled) != Changing(s) {
			t.Fatalf("%s scaled is %s", s, scaled)
		}
		long := 200 * time.Second // beyond all that changes, but for a sine
		if s.Kind() != "sine" && s.Kind() != "steps" && math.Abs(scaled.Rate(long)-s.Rate(long)) > 1e-9 {
			t.Fatalf("%s: %v in the end, scaled %v", s, s.Rate(long), scaled.Rate(long))
		}
		if s.Rate(0) != scaled.Rate(0) {
			t.Fatalf("%s starts at %v, scaled at %v", s, s.Rate(0), scaled.Rate(0))
		}
	})
	s, err := Parse("{spike: {base: 50/s, peak: 500/s, at: 5s, for: 3s}}")
	if err != nil {
		t.Fatal(err)
	}
	if got := Scale(s, 0.1).String(); got != "{spike: {base: 50/s, peak: 500/s, at: 500ms, for: 300ms}}" {
		t.Error(got)
	}
}

func TestTable(t *testing.T) {
	const never = -1
	for _, c := range []struct {
		shape string
		at    map[uint64]time.Duration
	}{
		{"300/s", map[uint64]time.Duration{0: 0, 300: time.Second}},
		{"90/m", map[uint64]time.Duration{3: 2 * time.Second}},
		{"{closed: {connections: 3}}", map[uint64]time.Duration{0: 0, 7: 0}},
		{"{steps: {from: 10/s, step: 10/s, every: 1s, count: 2}}", map[uint64]time.Duration{
			10: time.Second, 20: 1500 * time.Millisecond, 30: 2 * time.Second, 50: 3 * time.Second}},
		// N(t) = 5t²: request 5 after 1 s, 20 after 2 s; then 20/s.
		{"{ramp: {from: 0/s, to: 20/s, over: 2s}}", map[uint64]time.Duration{
			0: 0, 5: time.Second, 20: 2 * time.Second, 40: 3 * time.Second}},
		// N(t) = 10t − 2.5t² until 10 are due after 2 s; then none.
		{"{ramp: {from: 10/s, to: 0/s, over: 2s}}", map[uint64]time.Duration{10: 2 * time.Second, 11: never}},
		{"{spike: {base: 0/s, peak: 10/s, at: 1s, for: 1s}}", map[uint64]time.Duration{
			0: time.Second, 5: 1500 * time.Millisecond, 10: 2 * time.Second, 11: never}},
		// A whole period holds as many as its mean.
		{"{sine: {mean: 10/s, amplitude: 10/s, period: 2s}}", map[uint64]time.Duration{20: 2 * time.Second}},
	} {
		s, err := Parse(c.shape)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range c.at {
			got, ok := s.At(k)
			if !ok {
				got = never
			}
			if (got - want).Abs() > time.Microsecond {
				t.Errorf("%s: At(%d) = %v, want %v", s, k, got, want)
			}
		}
	}
}

// After the last change the rate stays; before it, however shortly, it is another, or
// was on its way.
func TestRateStaysAfterTheLastChange(t *testing.T) {
	forEach(t, func(t *rapid.T, s Shape) {
		last := LastChange(s)
		if last == 0 {
			return
		}
		later := last + time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "later"))
		if a, b := s.Rate(last+1), s.Rate(later+1); math.Abs(a-b) > 1e-9*a {
			t.Fatalf("%s: %v req/s at its last change, %v later", s, a, b)
		}
		if !Changing(s) {
			t.Fatalf("%s changes at %v and is not changing", s, last)
		}
	})
	for text, want := range map[string]time.Duration{
		"300/s": 0, "{closed: {connections: 4}}": 0, "{sine: {mean: 100/s, amplitude: 50/s, period: 20s}}": 0,
		"{spike: {base: 50/s, peak: 500/s, at: 5s, for: 3s}}":     8 * time.Second,
		"{steps: {from: 10/s, step: 10/s, every: 30s, count: 6}}": 150 * time.Second,
		"{ramp: {from: 10/s, to: 500/s, over: 20s}}":              20 * time.Second,
	} {
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := LastChange(s); got != want {
			t.Errorf("%s changes last at %v, want %v", text, got, want)
		}
	}
}
