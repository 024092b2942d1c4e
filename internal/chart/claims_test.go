package chart

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func someClaims() []Claim {
	inf := math.Inf(1)
	return []Claim{
		{Name: "flask-187", Stated: "187.23/s", Measured: 0.06, Lo: 0.059, Hi: 0.061, Text: "11.3/s", Low: 0.85, High: 1.15,
			Ceiling: 0.061, Impossible: true, Instead: []float64{1.06}, Note: "comes out with flask threads=20: 199.8/s"},
		{Name: "api-60ms", Stated: "≤ 60ms", Measured: 0.95, Text: "57.00 ms", High: 1, Met: true},
		{Name: "aiohttp-26x", Stated: "≥ 26 times", Measured: 0.5, Text: "12.9 times", Low: 1, High: inf},
	}
}

func drawClaims(t testing.TB, format string, claims []Claim) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := DrawClaims(&b, format, "three claims", claims, []string{"Not measured: nodejs"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestClaimsAreDrawn(t *testing.T) {
	claims := someClaims()
	tall := claimFrame + claimRow*len(claims) + int(lineHeight)
	checkPNG(t, Chart{height: vg.Length(tall)}, drawClaims(t, "png", claims))
	svg := drawClaims(t, "svg", claims)
	checkSVG(t, svg, claimTitle, "three claims", "flask-187", "187.23/s", "11.3/s", "comes out with flask threads=20",
		"impossible as stated", "another configuration", "ceiling", "Not measured: nodejs", "measured ÷ stated")
	if !bytes.Equal(svg, drawClaims(t, "svg", claims)) {
		t.Error("differs from one drawing to the next")
	}
	plain := string(drawClaims(t, "svg", claims[1:2]))
	for _, absent := range []string{"impossible", "not reproduced", "ceiling", "min–max", "another"} {
		if strings.Contains(plain, absent) {
			t.Errorf("the key explains %q, which is not drawn", absent)
		}
	}
	if err := DrawClaims(io.Discard, "svg", "", nil, nil); err == nil {
		t.Error("nothing was drawn without an error")
	}
	if err := DrawClaims(io.Discard, "gif", "", claims, nil); err == nil || !strings.Contains(err.Error(), "png svg") {
		t.Errorf("%v", err)
	}
}

// Whatever the figures, every mark lies within the axis, and the line at 1 as well.
func TestClaimRangeHoldsAllMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figure := rapid.Float64Range(1e-6, 1e6)
		var claims []Claim
		for range rapid.IntRange(1, 5).Draw(t, "n") {
			claims = append(claims, Claim{Measured: figure.Draw(t, "measured"), Ceiling: figure.Draw(t, "ceiling"),
				Instead: []float64{figure.Draw(t, "instead")}, High: math.Inf(1)})
		}
		lo, hi := claimRange(claims)
		for _, c := range claims {
			for _, v := range []float64{1, c.Measured, c.Ceiling, c.Instead[0]} {
				if !(lo < v && v < hi) || lo <= 0 || math.IsInf(hi, 0) {
					t.Fatalf("%v is not between %v and %v", v, lo, hi)
				}
			}
		}
	})
}
