package steady

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const window = 10 * time.Second

// course is a window of evenly spread requests whose response time is of(share
// of the window that has passed).
func course(n int, of func(x float64) time.Duration) *Course {
	c := New(window)
	for i := range n {
		x := (float64(i) + 0.5) / float64(n)
		c.Add(time.Duration(x*float64(window)), of(x))
	}
	return c
}

func TestDrifted(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	noise := func() time.Duration { return time.Duration(rng.ExpFloat64() * float64(2*time.Millisecond)) }
	ramp := func(by float64) func(float64) time.Duration {
		return func(x float64) time.Duration { return time.Duration(20e6*(1+by*x)) + noise() }
	}
	for _, c := range []struct {
		what string
		c    *Course
		want string
	}{
		{"steady", course(3000, ramp(0)), ""},
		{"slower by a twentieth from half to half", course(3000, ramp(0.08)), ""},
		{"slower by a quarter", course(3000, ramp(0.5)), "the mean response time went from"},
		{"faster", course(3000, ramp(-0.5)), "the mean response time went from"},
		{"few", course(150, ramp(3)), ""},
		{"none", New(window), ""},
	} {
		if got := Drifted(c.c.Halves()); !strings.HasPrefix(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	fewer := New(window)
	for i := range 3000 {
		if at := window * time.Duration(i) / 3000; at < window/2 || i%5 > 0 {
			fewer.Add(at, time.Millisecond)
		}
	}
	if got := Drifted(fewer.Halves()); !strings.HasPrefix(got, "the answers went from 1500 to 1200 (-20%)") {
		t.Errorf("a fifth fewer: %q", got)
	}
}

// Bursts of requests that wait together are one observation, not many.
func TestBatchesSeeWhatIsCorrelated(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	said := 0
	for range 200 {
		c := New(window)
		level := 1.0
		for i := range 5000 {
			if i%100 == 0 {
				level = 1 + rng.Float64()
			}
			c.Add(window*time.Duration(i)/5000, time.Duration(level*1e7))
		}
		if Drifted(c.Halves()) != "" {
			said++
		}
	}
	if said > 4 {
		t.Errorf("%d of 200 steady windows are said to drift", said)
	}
}

func TestHalvesAreThoseOfTheSamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := New(window)
		var sum, n [2]float64
		for range rapid.IntRange(1, 200).Draw(t, "n") {
			at := time.Duration(rapid.Int64Range(-int64(window)/4, 5*int64(window)/4).Draw(t, "at"))
			took := time.Duration(rapid.Int64Range(1, 1e9).Draw(t, "took"))
			c.Add(at, took)
			if at >= 0 && at < window {
				i := int(2 * at / window)
				n[i]++
				sum[i] += float64(took)
			}
		}
		for i, h := range c.Halves() {
			if float64(h.Count) != n[i] {
				t.Fatalf("half %d: %d, want %v", i, h.Count, n[i])
			}
			if n[i] > 0 && math.Abs(float64(h.Mean)-sum[i]/n[i]) > 2 {
				t.Fatalf("half %d: mean %v, want %v", i, float64(h.Mean), sum[i]/n[i])
			}
		}
	})
}

// More of the same is never less sure.
func TestMoreOfTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(100, 400).Draw(t, "n")
		by := rapid.Float64Range(-0.5, 2).Draw(t, "by")
		of := func(x float64) time.Duration { return time.Duration(1e7 * (1 + by*math.Floor(2*x))) }
		if Drifted(course(2*n, of).Halves()) != "" && Drifted(course(8*n, of).Halves()) == "" {
			t.Fatalf("%d requests drift, four times as many do not", 2*n)
		}
	})
}
