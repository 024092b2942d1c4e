package chart

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Gate is the chart of one metric of one server that was gated: its blocks in order, and
// what was known at each look. Changes are shares of the base's value, positive where the
// candidate is worse.
type Gate struct {
	Title, Subtitle string
	Tolerance       float64 // how much worse it may get
	Effect          float64 // what a regression is surely above
	Blocks          []GateBlock
	Looks           []GateLook
	Notes           []string // at the foot
}

// GateBlock is a valid block.
type GateBlock struct {
	Change float64
	Known  bool // the metric could be measured in it
	Fresh  bool // measured to confirm a regression
}

// GateLook is a look at the blocks so far.
type GateLook struct {
	At       int  // index of the last block that was looked at
	Fresh    bool // at the fresh blocks alone
	Estimate float64
	Lo, Hi   float64 // bounds it was decided by; infinite where there is none
}

const (
	gateHeight = 560
	gateDoc    = "A regression is called where the lower bound is above the effect, a pass where the upper one is below the tolerance."
)

// DrawGate draws the chart in a format.
func DrawGate(w io.Writer, format string, g *Gate) error {
	if len(g.Blocks) == 0 {
		return fmt.Errorf("draw chart %q: there is no block", g.Title)
	}
	return render(w, format, gateHeight, func(c draw.Canvas) error {
		c = notes(key(header(c, g.Title, g.Subtitle), g.key()), append([]string{gateDoc}, g.Notes...))
		c = above(c, "candidate against base: + is worse (%)")
		p := newPlot()
		p.X.Min, p.X.Max = 0.5, float64(len(g.Blocks))+0.5
		p.X.Tick.Marker = linear(min(12, len(g.Blocks)), scale{1, ""})
		p.X.Label.Text = "valid block, in the order of measurement"
		p.Y.Min, p.Y.Max = g.span()
		p.Y.Tick.Marker = linear(8, scale{0.01, "%"})
		p.Add(gatePlotter{g})
		p.Draw(draw.Crop(c, 0, -labelRoom, 0, 0))
		return nil
	})
}

// span is the range of blocks, estimates and limits. Bounds widen it by at most as much
// again: those of a first look may be far out.
func (g *Gate) span() (lo, hi float64) {
	lo, hi = min(0, g.Effect), max(g.Effect, g.Tolerance)
	for _, b := range g.Blocks {
		if b.Known {
			lo, hi = min(lo, b.Change), max(hi, b.Change)
		}
	}
	for _, l := range g.Looks {
		lo, hi = min(lo, l.Estimate), max(hi, l.Estimate)
	}
	least, most := lo-(hi-lo)/2, hi+(hi-lo)/2
	for _, l := range g.Looks {
		lo, hi = min(lo, max(l.Lo, least)), max(hi, min(l.Hi, most))
	}
	room := max((hi-lo)*0.06, 1e-4)
	return lo - room, hi + room
}

// gateLook is the look of blocks, fresh ones marked apart by shape and colour.
func gateLook(fresh bool) draw.GlyphStyle {
	if fresh {
		return draw.GlyphStyle{Color: palette()[4], Radius: 5, Shape: draw.PyramidGlyph{}}
	}
	return draw.GlyphStyle{Color: palette()[0], Radius: 4, Shape: draw.CircleGlyph{}}
}

// limit is a horizontal line with its name beside it.
type limit struct {
	at    float64
	name  string
	style draw.LineStyle
}

func (g *Gate) limits() []limit {
	named := func(what string, v float64) string { return fmt.Sprintf("%s %+.3g%%", what, v*100) }
	return []limit{ // from above
		{g.Tolerance, named("tolerance", g.Tolerance), line(palette()[1], 1.8, 8, 4)},
		{g.Effect, named("effect", g.Effect), line(palette()[3], 1.8, 2, 3)},
		{0, "no change", line(ink, 1.2)},
	}
}

type gatePlotter struct{ *Gate }

// Plot implements plot.Plotter.
func (g gatePlotter) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	gridXY{}.Plot(c, p)
	g.drawLimits(c, y)
	for i, b := range g.Blocks {
		at := vg.Point{X: x(float64(i + 1))}
		if b.Known {
			at.Y = y(b.Change)
			c.DrawGlyphNoClip(gateLook(b.Fresh), at)
		}
	}
	var last *vg.Point
	for i := range g.Looks {
		l := &g.Looks[i]
		// Beside its last block rather than over it.
		at := vg.Point{X: x(float64(l.At+1)) + (x(1)-x(0))*0.35, Y: y(l.Estimate)}
		if last != nil && !l.Fresh {
			c.StrokeLine2(line(ink, 1), last.X, last.Y, at.X, at.Y)
		}
		l.draw(c, y, at)
		if !l.Fresh {
			last = &at
		}
	}
}

func (g *Gate) drawLimits(c draw.Canvas, y func(float64) vg.Length) {
	all := g.limits()
	heights := make([]vg.Length, len(all))
	for i, l := range all {
		c.StrokeLine2(l.style, c.Min.X, y(l.at), c.Max.X, y(l.at))
		heights[i] = y(l.at)
	}
	apart(heights, lineHeight*0.85, c.Min.Y, c.Max.Y)
	style := words(smallSize, ink, text.XLeft, text.YCenter)
	for i, l := range all {
		c.StrokeLine2(line(l.style.Color, 1), c.Max.X+2, y(l.at), c.Max.X+12, heights[i])
		c.FillText(style, vg.Point{X: c.Max.X + 16, Y: heights[i]}, l.name)
	}
}

// draw draws a look: its estimate and its bounds.
func (l *GateLook) draw(c draw.Canvas, y func(float64) vg.Length, at vg.Point) {
	style := line(l.color(), 1.6)
	bottom, top := c.Min.Y, c.Max.Y
	if v := y(l.Lo); !math.IsInf(l.Lo, 0) && v >= bottom {
		bottom = v
		c.StrokeLine2(style, at.X-5, v, at.X+5, v)
	}
	if v := y(l.Hi); !math.IsInf(l.Hi, 0) && v <= top {
		top = v
		c.StrokeLine2(style, at.X-5, v, at.X+5, v)
	}
	c.StrokeLine2(style, at.X, bottom, at.X, top)
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: l.color(), Radius: 4, Shape: draw.BoxGlyph{}}, at)
}

func (l *GateLook) color() color.Color {
	if l.Fresh {
		return palette()[4]
	}
	return ink
}

// key explains what is drawn, and only that.
func (g *Gate) key() []entry {
	var fresh, looked, freshLook bool
	for _, b := range g.Blocks {
		fresh = fresh || b.Fresh
	}
	for _, l := range g.Looks {
		looked, freshLook = looked || !l.Fresh, freshLook || l.Fresh
	}
	block := func(fresh bool) func(draw.Canvas) {
		return func(c draw.Canvas) { c.DrawGlyphNoClip(gateLook(fresh), c.Center()) }
	}
	sample := func(fresh bool) func(draw.Canvas) {
		return func(c draw.Canvas) {
			l := GateLook{Fresh: fresh, Lo: math.Inf(-1), Hi: math.Inf(1)}
			l.draw(c, func(float64) vg.Length { return c.Center().Y }, c.Center())
		}
	}
	entries := []entry{{"a block: candidate ÷ base, signed", block(false)}}
	if fresh {
		entries = append(entries, entry{"a fresh block, to confirm", block(true)})
	}
	if looked {
		entries = append(entries, entry{"estimate at a look, with the bounds that decide", sample(false)})
	}
	if freshLook {
		entries = append(entries, entry{"the same over the fresh blocks alone", sample(true)})
	}
	return entries
}
