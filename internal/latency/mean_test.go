package latency

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const ms = time.Millisecond

func near(t *testing.T, name string, got time.Duration, want, tolerance float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > tolerance*want {
		t.Errorf("%s: got %v, want %v to %v", name, got, time.Duration(want), tolerance)
	}
}

func TestMeanOfMaxAgainstClosedForms(t *testing.T) {
	u, e := uniform{100 * ms, 1000 * ms}, exponential{50 * ms}
	sigma := math.Log(400.0/65) / z99
	near(t, "constants", MeanOfMax(constant{200 * ms}, constant{150 * ms}), float64(200*ms), 0)
	near(t, "uniform", Mean(u), float64(550*ms), 1e-3)
	near(t, "max of 2 uniforms", MeanOfMax(u, u), float64(700*ms), 1e-3)
	near(t, "max of 3 uniforms", MeanOfMax(u, u, u), float64(775*ms), 1e-3)
	near(t, "exponential", Mean(e), float64(50*ms), 1e-3)
	near(t, "max of 3 exponentials", MeanOfMax(e, e, e), float64(50*ms)*(1+1.0/2+1.0/3), 1e-3)
	near(t, "normal", Mean(normal{50 * ms, 5 * ms}), float64(50*ms), 1e-3)
	near(t, "half-normal", Mean(normal{0, 10 * ms}), float64(10*ms)*math.Sqrt(2/math.Pi), 1e-3)
	near(t, "max of 2 normals", MeanOfMax(normal{50 * ms, 5 * ms}, normal{50 * ms, 5 * ms}),
		float64(50*ms)+float64(5*ms)/math.Sqrt(math.Pi), 1e-3)
	near(t, "lognormal", Mean(lognormal{65 * ms, 400 * ms}), float64(65*ms)*math.Exp(sigma*sigma/2), 1e-3)
	// Of lognormal calls 0.2% of which take 10 s: exact, and as an integral.
	slow := newStalls(lognormal{65 * ms, 400 * ms}, 0.002, 10_000*ms)
	mean := 0.998*float64(65*ms)*math.Exp(sigma*sigma/2) + 0.002*float64(10_000*ms)
	near(t, "stalls", Mean(slow), mean, 1e-3)
	near(t, "stalls, integrated", MeanOfMax(slow), mean, 1e-4)
	near(t, "max of 2 stalls", MeanOfMax(newStalls(constant{5 * ms}, 0.25, 20*ms), newStalls(constant{5 * ms}, 0.25, 20*ms)),
		float64(5*ms)*9/16+float64(20*ms)*7/16, 1e-6)
	near(t, "stalls cut", Mean(Cut(slow, 5000*ms)), mean-0.002*float64(5000*ms), 1e-3)
	// max(c, U) over [a, b]: c + (b − c)²/2(b − a)
	near(t, "constant and uniform", MeanOfMax(constant{400 * ms}, u),
		float64(400*ms)+float64(600*ms)*600/(2*900), 1e-3)
	if got := MeanOfMax(); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestMeanOfMaxAgainstDraws(t *testing.T) {
	ds := []Quantiler{lognormal{65 * ms, 400 * ms}, uniform{20 * ms, 120 * ms}, exponential{45 * ms}}
	names := []string{"email", "sms", "push"}
	sum := 0.0
	for k := range uint64(200_000) {
		longest := time.Duration(0)
		for i, d := range ds {
			longest = max(longest, d.Quantile(Draw(1, k, names[i], 1)))
		}
		sum += float64(longest) / 200_000
	}
	near(t, "mean of draws", MeanOfMax(ds...), sum, 5e-3)
}

// TestMeanMatchesTheAverageOfQuantiles holds for any family listed.
func TestMeanMatchesTheAverageOfQuantiles(t *testing.T) {
	for _, k := range Kinds() {
		d, err := Parse(k.Example)
		if err != nil {
			t.Fatal(err)
		}
		sum, n := 0.0, 200_000
		for i := range n {
			sum += float64(d.Quantile((float64(i)+0.5)/float64(n))) / float64(n)
		}
		near(t, k.Name, Mean(d), sum, 1e-3)
	}
}

func TestMeanOfMaxIsAtLeastEveryMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := dists().Draw(t, "a"), dists().Draw(t, "b")
		// The integral is good to a share of its value, whatever the values are; each mean
		// is rounded to whole nanoseconds, that of a part of a part twice.
		const low, high, rounding = 1.001, 1.0001, 2
		both, sum := MeanOfMax(a, b), Mean(a)+Mean(b)
		if one := max(Mean(a), Mean(b)); float64(both)*low+rounding < float64(one) || float64(both) > float64(sum)*high+rounding {
			t.Fatalf("%v of %v and %v", both, Mean(a), Mean(b))
		}
	})
}

func BenchmarkMeanOfMax(b *testing.B) {
	d := lognormal{65 * ms, 400 * ms}
	for b.Loop() {
		MeanOfMax(d, d, d)
	}
}
