package shape

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWarmupComesFirst(t *testing.T) {
	forEach(t, func(t *rapid.T, s Shape) {
		warmup := timeOf(t, "warmup")
		w := WithWarmup(s, warmup)
		if _, isClosed := Closed(s); isClosed {
			if w != s {
				t.Fatal("a closed loop changed")
			}
			return
		}
		n := uint64(math.Ceil(s.Rate(0) * warmup.Seconds()))
		for k := range min(n, 20) {
			at, ok := w.At(n - 1 - k)
			if !ok || at > warmup {
				t.Fatalf("%s: request %d of %d of the warm-up is due at %v of %v", s, n-1-k, n, at, warmup)
			}
		}
		for k := range uint64(20) {
			got, gotOK := w.At(n + k)
			want, wantOK := s.At(k)
			if gotOK != wantOK || (wantOK && got != want+warmup) {
				t.Fatalf("%s: request %d after a warm-up of %v is due at %v, want %v later", s, k, warmup, got, want)
			}
		}
		if got, want := w.Rate(warmup+time.Second), s.Rate(time.Second); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%s: rate %v, want %v", s, got, want)
		}
		if got := MeanRate(w, warmup); math.Abs(got-s.Rate(0)) > 1e-6 {
			t.Fatalf("%s: warm-up at %v, want %v", s, got, s.Rate(0))
		}
		if w.String() != s.String() || w.Kind() != s.Kind() || Changing(w) != Changing(s) {
			t.Fatalf("%s is called %s", s, w)
		}
	})
}

func TestSeeded(t *testing.T) {
	at := func(s Shape) time.Duration { due, _ := s.At(100); return due }
	for _, k := range Kinds() {
		s, err := Parse(k.Example)
		if err != nil {
			t.Fatal(err)
		}
		if random := k.Name == "poisson"; (at(Seeded(s, 1)) != at(Seeded(s, 2))) != random {
			t.Errorf("%s: a seed changes it: want %v", s, random)
		}
		warm := WithWarmup(s, time.Second)
		if at(Seeded(warm, 7)) != at(WithWarmup(Seeded(s, 7), time.Second)) {
			t.Errorf("%s: a seed and a warm-up do not commute", s)
		}
	}
	fixed, err := Parse("{poisson: {rate: 300/s, seed: 5}}")
	if err != nil {
		t.Fatal(err)
	}
	if at(Seeded(fixed, 6)) != at(fixed) {
		t.Error("the run's seed replaced the one the scenario fixes")
	}
}

func TestPoissonGapsAreExponential(t *testing.T) {
	s := newPoisson(1, 42)
	const n = 50_000
	var longer [3]int // gaps above 1, 2 and 3 means
	var last time.Duration
	for k := range uint64(n) {
		at, _ := s.At(k)
		for i := range longer {
			if (at - last).Seconds() > float64(i+1) {
				longer[i]++
			}
		}
		last = at
	}
	for i, count := range longer {
		p := math.Exp(-float64(i + 1))
		if sigma := math.Sqrt(n * p * (1 - p)); math.Abs(float64(count)-n*p) > 5*sigma {
			t.Errorf("%d gaps above %d means, want %.0f ± %.0f", count, i+1, n*p, 5*sigma)
		}
	}
}
