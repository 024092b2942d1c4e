package latency

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A call cut at T takes E[min(L, T)]: of an exponential m (1 − e^(−T/m)), of a
// uniform on [0, b] T − T²/2b.
func TestCutAgainstClosedForms(t *testing.T) {
	near(t, "exponential", Mean(Cut(exponential{50 * ms}, 80*ms)), float64(50*ms)*(1-math.Exp(-1.6)), 1e-3)
	near(t, "uniform", Mean(Cut(uniform{0, 100 * ms}, 30*ms)), float64(30*ms)-float64(30*ms)*30/200, 1e-3)
	near(t, "constant below", Mean(Cut(constant{20 * ms}, 30*ms)), float64(20*ms), 0)
	near(t, "constant above", Mean(Cut(constant{40 * ms}, 30*ms)), float64(30*ms), 0)
	near(t, "the longer of two", Mean(Cut(MaxOf(uniform{0, 100 * ms}, constant{10 * ms}), 30*ms)),
		float64(26*ms), 1e-3) // 10 × 0.1 + 20 × 0.2 + 30 × 0.7
	near(t, "no timeout", Mean(Cut(exponential{50 * ms}, 0)), float64(50*ms), 1e-3)
	if got := Beyond(exponential{50 * ms}, 100*ms); math.Abs(got-math.Exp(-2)) > 1e-6 {
		t.Errorf("%v of an exponential lie beyond twice its mean, want e⁻²", got)
	}
	if Beyond(constant{30 * ms}, 30*ms) != 0 || Beyond(constant{30 * ms}, 29*ms) != 1 || Beyond(constant{30 * ms}, 0) != 0 {
		t.Error("a constant is beyond a limit or is not")
	}
}

// Max of m exponentials: u = (1 − e^(−x/μ))^m. Of m uniforms on [0, b]: b u^(1/m).
func TestMaxQuantilesAgainstClosedForms(t *testing.T) {
	e, u := exponential{50 * ms}, uniform{0, 1000 * ms}
	for _, p := range []float64{0.01, 0.5, 0.9, 0.99, 0.999} {
		near(t, "3 exponentials", MaxOf(e, e, e).Quantile(p), -float64(50*ms)*math.Log(1-math.Cbrt(p)), 1e-5)
		near(t, "2 uniforms", MaxOf(u, u).Quantile(p), float64(1000*ms)*math.Sqrt(p), 1e-5)
		near(t, "constant and uniform", MaxOf(constant{400 * ms}, u).Quantile(p), max(0.4, p)*float64(1000*ms), 1e-5)
	}
	near(t, "constants", MaxOf(constant{2 * ms}, constant{3 * ms}).Quantile(0.99), float64(3*ms), 0)
}

// Sums: constants add, a constant shifts, two uniforms make a triangle, normals a
// normal, exponentials an Erlang distribution.
func TestSumQuantilesAgainstClosedForms(t *testing.T) {
	e, u, n := exponential{50 * ms}, uniform{0, 1000 * ms}, normal{100 * ms, 10 * ms}
	near(t, "constants", SumOf(constant{200 * ms}, constant{150 * ms}).Quantile(0.99), float64(350*ms), 0)
	near(t, "shifted", SumOf(constant{200 * ms}, u).Quantile(0.25), float64(450*ms), 0)
	for _, p := range []float64{0.01, 0.1, 0.5, 0.9, 0.99, 0.999} {
		triangle := math.Sqrt(2 * p)
		if p > 0.5 {
			triangle = 2 - math.Sqrt(2*(1-p))
		}
		near(t, "2 uniforms", SumOf(u, u).Quantile(p), triangle*float64(1000*ms), 3e-3)
		near(t, "3 normals", SumOf(n, n, n).Quantile(p),
			float64(300*ms)+math.Sqrt(3)*float64(10*ms)*probit(p), 2e-3)
		x := float64(SumOf(e, e, e).Quantile(p)) / float64(50*ms)
		erlang := 1 - math.Exp(-x)*(1+x+x*x/2)
		if math.Abs(erlang-p) > 2e-3*max(p, 1-p) {
			t.Errorf("3 exponentials at %v: lies at %v of the Erlang distribution", p, erlang)
		}
	}
}

// Means and tails of both fan-outs against a Monte Carlo of 10,000 requests, for
// any combination of the kinds there are, with and without a timeout.
func TestPathsAgainstDraws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const requests = 10_000
		names := []string{"email", "sms", "push"}
		cutAt := rapid.SampledFrom([]time.Duration{0, 20 * ms, 300 * ms}).Draw(t, "timeout")
		var parts []Quantiler
		for range rapid.IntRange(1, 3).Draw(t, "calls") {
			k := Kinds()[rapid.IntRange(0, len(Kinds())-1).Draw(t, "kind")]
			d, err := Parse(k.Example)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, Cut(d, cutAt))
		}
		longest, sums := make([]float64, requests), make([]float64, requests)
		for k := range longest {
			for i, d := range parts {
				x := float64(d.Quantile(Draw(1, uint64(k), names[i], 1)))
				longest[k], sums[k] = max(longest[k], x), sums[k]+x
			}
		}
		agree(t, "max", MaxOf(parts...), longest)
		agree(t, "sum", SumOf(parts...), sums)
	})
}

// agree compares a distribution with draws of it: their mean to five standard
// errors, and the share of draws below its quantiles to five of the binomial's.
func agree(t *rapid.T, name string, d Quantiler, draws []float64) {
	slices.Sort(draws)
	n, mean, square := float64(len(draws)), 0.0, 0.0
	for _, x := range draws {
		mean += x / n
	}
	for _, x := range draws {
		square += (x - mean) * (x - mean) / n
	}
	if got := float64(Mean(d)); math.Abs(got-mean) > 5*math.Sqrt(square/n)+1e-3*mean {
		t.Fatalf("mean of %s: %v, of the draws %v", name, time.Duration(got), time.Duration(mean))
	}
	for _, u := range []float64{0.1, 0.5, 0.9, 0.99} {
		q, slack := float64(d.Quantile(u)), 5*math.Sqrt(u*(1-u)/n)
		lo, hi := draws[int(max(0, u-slack)*n)], draws[int(min(1, u+slack)*n)-1]
		if q < lo*0.997 || q > hi*1.003 {
			t.Fatalf("%v quantile of %s: %v, of the draws %v to %v", u, name,
				time.Duration(q), time.Duration(lo), time.Duration(hi))
		}
	}
}

func BenchmarkSumOf(b *testing.B) {
	d := lognormal{65 * ms, 400 * ms}
	for b.Loop() {
		SumOf(d, d, d).Quantile(0.99)
	}
}
