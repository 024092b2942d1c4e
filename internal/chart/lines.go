package chart

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curve is one line of a chart, with marks on it every so often. Points that are
// not numbers are passed over; where they leave more than a gap, they interrupt
// the line.
type curve struct {
	points plotter.XYs
	look   look
	every  int // points from one mark to the next; the last always has one
	first  int // the first mark
	gap    float64
}

// Plot implements plot.Plotter.
func (l curve) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := line(l.look.color, 2, l.look.dash...)
	var run []vg.Point
	flush := func() {
		if len(run) > 1 {
			c.StrokeLines(style, c.ClipLinesXY(run)...)
		}
		run = nil
	}
	last := math.Inf(-1)
	for i, pt := range l.points {
		if math.IsNaN(pt.Y) {
			continue
		}
		if pt.X-last > l.gap {
			flush()
		}
		last = pt.X
		at := vg.Point{X: x(pt.X), Y: y(pt.Y)}
		run = append(run, at)
		if i == len(l.points)-1 || i >= l.first && (i-l.first)%l.every == 0 {
			c.DrawGlyphNoClip(mark(l.look), at)
		}
	}
	flush()
}

func mark(l look) draw.GlyphStyle {
	return draw.GlyphStyle{Color: l.color, Radius: 4, Shape: l.glyph}
}

// lineEntry is a row's item in the key.
func lineEntry(name string, l look) entry {
	return entry{name, func(c draw.Canvas) {
		m := c.Center()
		c.StrokeLine2(line(l.color, 2, l.dash...), c.Min.X, m.Y, c.Max.X, m.Y)
		c.DrawGlyphNoClip(mark(l), m)
	}}
}

// gridXY draws lines at the labelled ticks of both axes.
type gridXY struct{}

// Plot implements plot.Plotter.
func (gridXY) Plot(c draw.Canvas, p *plot.Plot) {
	gridX{}.Plot(c, p)
	_, y := p.Transforms(&c)
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if t.Label != "" {
			c.StrokeLine2(line(grid, 0.75), c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}

// bounds is the range of all numbers in lines; ok is false when there is none.
func bounds(lines ...[]float64) (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, l := range lines {
		for _, v := range l {
			if !math.IsNaN(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	return lo, hi, lo <= hi
}

// axisFor sets up a vertical axis for times: logarithmic where they span enough,
// from zero otherwise.
func axisFor(a *plot.Axis, lo, hi float64, s scale, ticks int) {
	if lo > 0 && hi/lo > 3 {
		a.Scale = plot.LogScale{}
		a.Min, a.Max = lo/1.15, hi*1.15
		a.Tick.Marker = logarithmic(ticks, s)
		return
	}
	a.Min, a.Max = 0, hi*1.1
	if hi == 0 {
		a.Max = s.by
	}
	a.Tick.Marker = linear(ticks, s)
}
