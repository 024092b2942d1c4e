package gate

import (
	"testing"

	"pgregory.net/rapid"
)

// TestQuickDecidesTheSame: a quick gate asks for the same, and comes to the same verdict of
// every metric and in all, as the gate itself; so does the next one of the same Quick.
func TestQuickDecidesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		for i := range p.Rules {
			p.Rules[i].Floor = rapid.SampledFrom([]float64{0, 0, 5}).Draw(t, "floor")
		}
		q := NewQuick(p)
		for range 2 {
			middle := rapid.SampledFrom([]float64{-0.1, 0, 0.02, 0.1}).Draw(t, "middle")
			width := rapid.SampledFrom([]float64{0, 0.02, 0.1}).Draw(t, "width")
			blocks := drawBlocks(t, p, longest(p), middle-width, middle+width)
			stop := rapid.IntRange(1, 2*len(blocks)).Draw(t, "stop")
			whole, quick := New(p), q.Gate()
			for n := range blocks {
				ask, more := whole.Next()
				if a, m := quick.Next(); a != ask || m != more {
					t.Fatalf("block %d: quick %+v %v, whole %+v %v", n, a, m, ask, more)
				}
				if n == stop {
					whole.End("time")
					quick.End("time")
				}
				b := blocks[n]
				b.Confirm = ask.Confirm
				spoil(t, &b)
				whole.Observe(b)
				quick.Observe(b)
				same(t, whole.Result(), quick.Result())
			}
		}
	})
}

// spoil makes some blocks bad in one of the ways there are.
func spoil(t *rapid.T, b *Block) {
	b.Counts = [2]Counts{{Requests: 1000}, {Requests: 1000}}
	switch rapid.IntRange(0, 60).Draw(t, "spoil") {
	case 0, 1, 2, 3:
		b.Invalid = "steal"
	case 4:
		b.Counts[Candidate].Wrong = 1
	case 5:
		b.Died[Base] = "exit 1"
	case 6, 7:
		b.Counts[Candidate].Errors = 30
	}
}

func same(t *rapid.T, whole, quick Result) {
	if whole.Verdict != quick.Verdict || whole.Blocks != quick.Blocks || whole.Rejected != quick.Rejected || whole.Counts != quick.Counts {
		t.Fatalf("quick %+v, whole %+v", quick, whole)
	}
	for i := range whole.Findings {
		if w, f := whole.Findings[i].Verdict, quick.Findings[i].Verdict; w != f {
			t.Fatalf("%s: quick %s, whole %s", whole.Findings[i].Metric, f, w)
		}
	}
}
