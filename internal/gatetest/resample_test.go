package gatetest

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/gate"
)

func analyse(t *testing.T, f *File, p Plan) *Result {
	t.Helper()
	r, err := Analyse(context.Background(), f, p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestNoNoisePasses: where blocks of equal arms are equal, every gate passes at the first
// look, and takes as long as its blocks do.
func TestNoNoisePasses(t *testing.T) {
	p := Plan{Policy: policy(), Draws: few()}
	r := analyse(t, of(p.Policy, world{}.measured(seeded(1), Injection{Kind: None}, 20)), p)
	row := r.row(Injection{Kind: None})
	if q := row.Rates; q.Pass.Share != 1 || q.Red.Share+q.Inconclusive.Share+q.Invalid.Share+q.Improved.Share != 0 || q.Found != nil {
		t.Errorf("%+v", q)
	}
	if row.Needed.Max != 8 || row.Took.Median != 80 || row.Passed.Max != 80 {
		t.Errorf("blocks %+v, took %+v, passed %+v", row.Needed, row.Took, row.Passed)
	}
	if hi := row.Rates.Red.Interval.Hi; hi <= 0 || hi > 0.03 {
		t.Errorf("none of 200 gates is red: at most %v", hi)
	}
}

// TestMoreIsFoundMoreOften: of blocks with the same noise, those with more injected are
// found at least as often, up to the chance of the draws; each is found by its metric.
func TestMoreIsFoundMoreOften(t *testing.T) {
	p := Plan{Policy: policy(), Draws: few()}
	f := of(p.Policy)
	levels := []float64{0.005, 0.02, 0.05, 0.10, 0.20}
	for _, kind := range []Injection{{Work, CPU, 0}, {Ballast, Memory, 0}} {
		for _, level := range levels {
			kind.Level = level
			f.Blocks = append(f.Blocks, world{sd: 0.03}.measured(seeded(5), kind, 60)...)
		}
	}
	r := analyse(t, f, p)
	for _, kind := range []Injection{{Work, CPU, 0}, {Ballast, Memory, 0}} {
		before := 0.0
		for _, level := range levels {
			kind.Level = level
			row := r.row(kind)
			alone := row.Of(kind.Metric).Alone.Share
			if alone < before-0.1 {
				t.Errorf("%s: found in %v, before in %v", kind, alone, before)
			}
			if row.Rates.Found.Share > row.Rates.Red.Share {
				t.Errorf("%s: found %v of red %v", kind, row.Rates.Found.Share, row.Rates.Red.Share)
			}
			before = alone
		}
		if before < 0.99 {
			t.Errorf("%s: found in %v only", kind, before)
		}
	}
	if len(r.Power) != 3 || r.Power[0].Found90 == nil || len(r.Power[1].Points) != len(levels) || r.Power[1].Metric != Throughput {
		t.Errorf("%+v", r.Power)
	}
}

// TestWhatIsCounted: every gate is red, inconclusive, invalid or passes; wrong answers are
// found by themselves; an invalid machine is INVALID.
func TestWhatIsCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Plan{Policy: policy(), Draws: Draws{Gates: 30, Pools: 3, Inside: 5, Seed: rapid.Uint64().Draw(t, "seed")}}
		w := world{sd: rapid.Float64Range(0, 0.2).Draw(t, "sd"), invalid: rapid.SampledFrom([]float64{0, 0.1, 0.5, 1}).Draw(t, "invalid")}
		in := rapid.SampledFrom([]Injection{{Kind: None}, {Work, CPU, 0.1}, {Fail, "", 0.1}}).Draw(t, "injection")
		r, err := Analyse(context.Background(), of(p.Policy, w.measured(seeded(1), in, 20)), p)
		if err != nil {
			t.Fatal(err)
		}
		q := r.Rows[0].Rates
		if sum := q.Red.Share + q.Inconclusive.Share + q.Invalid.Share + q.Pass.Share; math.Abs(sum-1) > 1e-9 {
			t.Fatalf("%+v", q)
		}
		if in.Kind == Fail && q.Found.Share != 1 {
			t.Fatalf("wrong answers: %+v", q)
		}
		if w.invalid == 1 && in.Kind != Fail && q.Invalid.Share != 1 {
			t.Fatalf("all invalid: %+v", q)
		}
		for _, rate := range []Rate{q.Red, q.Inconclusive, q.Invalid, q.Pass, q.Improved} {
			if !rate.Interval.Contains(rate.Share) || rate.Interval.Lo < 0 || rate.Interval.Hi > 1 {
				t.Fatalf("%+v", rate)
			}
		}
	})
}

// TestSeedDecides: the same blocks, plan and seed give the same result, in whatever order
// the pools are finished and whichever others there are; another seed another one.
func TestSeedDecides(t *testing.T) {
	p := Plan{Policy: policy(), Draws: few()}
	w := world{sd: 0.03, invalid: 0.05}
	alike := w.measured(seeded(1), Injection{Kind: None}, 30)
	slow := w.measured(seeded(2), Injection{Work, CPU, 0.05}, 30)
	first := analyse(t, of(p.Policy, alike, slow), p)
	if again := analyse(t, of(p.Policy, alike, slow), p); !reflect.DeepEqual(first, again) {
		t.Error("the same seed, another result")
	}
	if alone := analyse(t, of(p.Policy, slow), p); !reflect.DeepEqual(first.Rows[1], alone.Rows[0]) {
		t.Error("a row depends on others")
	}
	p.Draws.Seed++
	if other := analyse(t, of(p.Policy, alike, slow), p); reflect.DeepEqual(first.Rows, other.Rows) {
		t.Error("another seed, the same result")
	}
}

// TestAnalyseEndsWithItsContext, and leaves nothing behind.
func TestAnalyseEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := Plan{Policy: policy(), Draws: DefaultDraws()}
	if _, err := Analyse(ctx, of(p.Policy, world{}.measured(seeded(1), Injection{Kind: None}, 20)), p); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestAloneHidesTheOthers: a row whose throughput is worse as well is found by the CPU
// first, and by the throughput if it is the only one.
func TestAloneHidesTheOthers(t *testing.T) {
	p := pools(world{}.measured(seeded(1), Injection{Work, CPU, 0.1}, 3))[0]
	q := p.alone(Throughput)
	for i := range q.blocks {
		if len(q.blocks[i].Values) != 1 || q.blocks[i].Values[Throughput] != p.blocks[i].Values[Throughput] || len(p.blocks[i].Values) != 3 {
			t.Errorf("%+v of %+v", q.blocks[i], p.blocks[i])
		}
	}
}

// cheap is a gate that is red where the mean of eight blocks is above a limit: its rate is
// known, and it is quick.
func cheap(limit float64) trial {
	return func(blocks []gate.Block, _ []time.Duration, draw func() int) outcome {
		sum := 0.0
		for range 8 {
			v := blocks[draw()].Values[CPU]
			sum += v[gate.Candidate]
		}
		o := outcome{verdict: gate.Pass, blocks: 8}
		if sum/8 > limit {
			o.verdict = gate.Regressed
		}
		return o
	}
}

// TestIntervalCovers: of many pools of 48 blocks drawn from a known world, the intervals
// cover the true rate about as often as they say, whatever that rate is; those that only
// know of the draws do not. The seeds are fixed: it is no game of chance.
func TestIntervalCovers(t *testing.T) {
	const worlds, blocks = 120, 48
	for _, truth := range []float64{0.5, 0.9, 0.99} {
		limit := -math.Sqrt2 * math.Erfinv(2*truth-1) / math.Sqrt(8) // of the mean of 8 standard normals
		covered, naive := 0, 0
		for k := range worlds {
			rng := seeded(uint64(k))
			p := &pool{took: make([]time.Duration, blocks)}
			for range blocks {
				p.blocks = append(p.blocks, gate.Block{Values: map[string]gate.Pair{CPU: {1, rng.NormFloat64()}}})
			}
			r, err := p.resample(context.Background(), Draws{Gates: 2000, Pools: 80, Inside: 100, Seed: uint64(k)}, 0, cheap(limit))
			if err != nil {
				t.Fatal(err)
			}
			if r.rate(countRed).Interval.Contains(truth) {
				covered++
			}
			if rateInterval(r.all.counts[countRed], r.all.gates, nil).Contains(truth) {
				naive++
			}
		}
		if share := float64(covered) / worlds; share < 0.9 {
			t.Errorf("truth %v: covered by %v of the intervals", truth, share)
		}
		if share := float64(naive) / worlds; share > 0.5 {
			t.Errorf("truth %v: the draws alone cover it in %v: nothing is tested here", truth, share)
		}
	}
}
