package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/stats"
)

// details draws the trials of a bar, their range, and its ceiling, and returns
// where its text may begin.
func (b bar) details(c draw.Canvas, x func(float64) vg.Length, mid, half vg.Length) vg.Length {
	end := x(b.value)
	for i, v := range b.trials {
		// Spread over the height, so that equal trials can be counted.
		at := mid + half*vg.Length(0.7*spread(i, len(b.trials)))
		dot(c, vg.Point{X: x(v), Y: at})
		end = max(end, x(v)+2)
	}
	if b.ranged {
		whisker(c, x(b.lo), x(b.hi), mid, half/3)
		end = max(end, x(b.hi))
	}
	if b.mark > 0 {
		ceiling(c, x(b.mark), mid, half*1.25)
		end = max(end, x(b.mark))
	}
	return end
}

// spread is the place of item i of n between −1 and 1.
func spread(i, n int) float64 {
	if n < 2 {
		return 0
	}
	return 2*float64(i)/float64(n-1) - 1
}

func dot(c draw.Canvas, at vg.Point) {
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: white{}, Radius: 2.6, Shape: draw.CircleGlyph{}}, at)
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: ink, Radius: 1.7, Shape: draw.CircleGlyph{}}, at)
}

func whisker(c draw.Canvas, lo, hi, y, half vg.Length) {
	s := line(ink, 1.4)
	c.StrokeLine2(s, lo, y, hi, y)
	c.StrokeLine2(s, lo, y-half, lo, y+half)
	c.StrokeLine2(s, hi, y-half, hi, y+half)
}

func ceiling(c draw.Canvas, x, y, half vg.Length) {
	c.StrokeLine2(line(ink, 2, 4, 2), x, y-half, x, y+half)
}

// barKey explains what is drawn on the bars.
func barKey(bars []bar) []entry {
	entries := []entry{{"median of the valid trials", swatch(palette()[0])},
		{"one trial", func(c draw.Canvas) { dot(c, c.Center()) }}}
	marked, greyed := false, false
	fewest := 0 // trials of a bar that has a range
	for _, b := range bars {
		marked, greyed = marked || b.mark > 0, greyed || b.color == grey
		if n := len(b.trials); b.ranged && (fewest == 0 || n < fewest) {
			fewest = n
		}
	}
	if fewest > 0 {
		// Rounded down: no number of trials makes it certain.
		what := fmt.Sprintf("min–max (covers the median with %.1f%%)", math.Floor(1000*stats.Coverage(fewest))/10)
		entries = append(entries, entry{what, func(c draw.Canvas) {
			whisker(c, c.Min.X+3, c.Max.X-3, c.Center().Y, 4)
		}})
	}
	if marked {
		entries = append(entries, entry{"the ceiling that binds it", func(c draw.Canvas) {
			ceiling(c, c.Center().X, c.Center().Y, 7)
		}})
	}
	if greyed {
		entries = append(entries, entry{"invalid: shown, not ranked", swatch(grey)})
	}
	return entries
}

// swatch is a sample of a bar.
func swatch(color color.Color) func(draw.Canvas) {
	return func(c draw.Canvas) {
		y := c.Center().Y
		c.FillPolygon(color, []vg.Point{{X: c.Min.X, Y: y - 5}, {X: c.Max.X, Y: y - 5},
			{X: c.Max.X, Y: y + 5}, {X: c.Min.X, Y: y + 5}})
	}
}
