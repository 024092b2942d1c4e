package chart

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func someGate() *Gate {
	g := &Gate{Title: "pool: CPU/req under open: REGRESSED", Subtitle: "gate", Tolerance: 0.05, Effect: 0.01, Notes: []string{"1 invalid block"}}
	for i := range 16 {
		g.Blocks = append(g.Blocks, GateBlock{Change: 0.08 + 0.01*math.Sin(float64(i)), Known: i != 3, Fresh: i >= 8})
	}
	g.Looks = []GateLook{{At: 7, Estimate: 0.08, Lo: 0.06, Hi: 0.1},
		{At: 15, Fresh: true, Estimate: 0.079, Lo: 0.07, Hi: math.Inf(1)}}
	return g
}

func drawGate(t testing.TB, format string, g *Gate) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := DrawGate(&b, format, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGateIsDrawn(t *testing.T) {
	g := someGate()
	checkPNG(t, Chart{height: gateHeight}, drawGate(t, "png", g))
	svg := drawGate(t, "svg", g)
	checkSVG(t, svg, g.Title, "gate", "tolerance +5%", "effect +1%", "no change", "a fresh block", "estimate at a look", "1 invalid block")
	if !bytes.Equal(svg, drawGate(t, "svg", g)) {
		t.Error("differs from one drawing to the next")
	}
	if strings.Contains(string(svg), ">-0<") {
		t.Error("the axis has a negative zero")
	}
	g.Blocks, g.Looks = g.Blocks[:2], nil
	plain := string(drawGate(t, "svg", g))
	for _, absent := range []string{"fresh", "at a look"} {
		if strings.Contains(plain, absent) {
			t.Errorf("the key explains %q, which is not drawn", absent)
		}
	}
	if err := DrawGate(io.Discard, "svg", &Gate{}); err == nil {
		t.Error("nothing was drawn without an error")
	}
}

// Whatever the figures, every mark lies within the axis, and far bounds do not squeeze them.
func TestGateSpanHoldsAllMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figure := rapid.Float64Range(-0.9, 20)
		g := &Gate{Tolerance: 0.05, Effect: 0.01}
		for range rapid.IntRange(1, 5).Draw(t, "n") {
			g.Blocks = append(g.Blocks, GateBlock{Change: figure.Draw(t, "change"), Known: true})
		}
		estimate := figure.Draw(t, "estimate")
		g.Looks = []GateLook{{Estimate: estimate, Lo: math.Inf(-1), Hi: estimate + rapid.Float64Range(0, 1e6).Draw(t, "above")}}
		lo, hi := g.span()
		most := 0.05
		for _, v := range []float64{0, g.Tolerance, g.Effect, estimate, g.Blocks[0].Change} {
			if !(lo < v && v < hi) {
				t.Fatalf("%v is not between %v and %v", v, lo, hi)
			}
			most = max(most, math.Abs(v))
		}
		for _, b := range g.Blocks {
			most = max(most, math.Abs(b.Change))
		}
		if hi-lo > 5*most {
			t.Fatalf("from %v to %v for marks up to %v", lo, hi, most)
		}
	})
}
