package gatetest

import (
	"testing"

	"github.com/notifybench/notifybench/internal/gate"
)

// BenchmarkGate is one pseudo-gate of A/A at the noise of a shared machine.
func BenchmarkGate(b *testing.B) {
	p := &Plan{Policy: gate.Default()}
	q := pools(world{sd: 0.03}.measured(seeded(1), Injection{Kind: None}, 200))[0]
	rng, run := seeded(2), byGate(p, q.injection)
	b.ReportAllocs()
	for b.Loop() {
		run(q.blocks, q.took, func() int { return rng.IntN(len(q.blocks)) })
	}
}
