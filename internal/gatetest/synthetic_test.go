package gatetest

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/gate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// policy is METHOD's, short enough for a test.
func policy() gate.Policy {
	return gate.Policy{
		Rules: []gate.Rule{
			{Metric: CPU, Load: "open", Tolerance: 0.05, Effect: 0.01},
			{Metric: Throughput, Load: "full", Higher: true, Tolerance: 0.05, Effect: 0.01},
			{Metric: Memory, Load: "open", Tolerance: 0.05, Effect: 0.01, Floor: 2 << 20},
		},
		Looks: []int{8, 12}, Confirm: 8, Error: 0.01, Miss: 0.05, MaxInvalid: 0.25,
	}
}

// few draws, for tests.
func few() Draws { return Draws{Gates: 200, Pools: 20, Inside: 20, Seed: 7} }

// world makes blocks of a known truth: normal logarithms of a known SD.
type world struct {
	sd      float64
	invalid float64 // share of blocks
}

// block is block n under an injection; it shows in its metric, CPU in the throughput too.
func (w world) block(rng *rand.Rand, i Injection, n int) gate.Block {
	b := gate.Block{N: n, Values: map[string]gate.Pair{}}
	for metric, base := range map[string]float64{CPU: 200e3, Throughput: 5000, Memory: 100 << 20} {
		b.Values[metric] = gate.Pair{base, base}
	}
	for _, metric := range []string{CPU, Throughput, Memory} { // in this order, for the sake of the random numbers
		x := w.sd * rng.NormFloat64()
		if i.Metric == metric || i.Kind == Work && metric == Throughput {
			x += math.Log1p(i.Level)
		}
		if metric == Throughput {
			x = -x
		}
		pair := b.Values[metric]
		pair[gate.Candidate] *= math.Exp(x)
		b.Values[metric] = pair
	}
	b.Counts = [2]gate.Counts{{Requests: 1000}, {Requests: 1000}}
	if i.Kind == Fail {
		b.Counts[gate.Candidate].Wrong = 20
	}
	if rng.Float64() < w.invalid {
		b.Invalid = "stolen: 5% of the time"
	}
	return b
}

// measured are n blocks of the pool.
func (w world) measured(rng *rand.Rand, i Injection, n int) []Measured {
	var all []Measured
	for k := range n {
		m := Measured{Injection: i, Seed: rng.Uint64(), Took: 10 * time.Second, Block: w.block(rng, i, k+1)}
		if i.Kind != None {
			m.Injected = Injected{Setting: string(i.Kind) + "=some", Asked: 1000 * i.Level}
		}
		all = append(all, m)
	}
	return all
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// of is a file that was only read.
func of(p gate.Policy, blocks ...[]Measured) *File {
	f := &File{Header: header(p)}
	for _, b := range blocks {
		f.Blocks = append(f.Blocks, b...)
	}
	return f
}

func header(p gate.Policy) Header {
	return Header{Schema: Schema, Metrics: MetricsOf(p), Machine: "2 × some CPU", Binary: "abc", Workload: "goroutine, gate", Scenario: "0123abc"}
}
