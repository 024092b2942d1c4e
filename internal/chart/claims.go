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

// Claim is one row of the chart "stated and measured". All figures are shares of the
// stated one.
type Claim struct {
	Name   string // "flask-187"
	Stated string // "187.23/s"
	// Measured is more than 0. Lo and Hi are the min–max of its trials; 0: too few.
	Measured, Lo, Hi float64
	Text             string // the figure: "11.3/s"
	// Low and High are the edges of what is stated; 0 and +Inf where it has none.
	Low, High  float64
	Ceiling    float64 // known before the run; 0: none
	Met        bool
	Impossible bool
	Instead    []float64 // configurations that do give it
	Note       string    // below the text, smaller
}

const (
	claimTitle = "Stated and measured"
	claimDoc   = "What was measured, as a share of what a document states: a mark in the shaded part is as stated."

	claimRow    = 40 // pixels
	claimFrame  = 200
	claimNames  = 250 // for the names on the left
	claimTexts  = 300 // for the texts on the right
	claimBeyond = 1.25
)

// DrawClaims draws claims with a stated figure, a row each, in their order.
func DrawClaims(w io.Writer, format, subtitle string, claims []Claim, foot []string) error {
	if len(claims) == 0 {
		return fmt.Errorf("draw chart of claims: none of them has a figure")
	}
	tall := claimFrame + claimRow*len(claims) + int(lineHeight)*len(foot)
	return render(w, format, vg.Length(tall), func(c draw.Canvas) error {
		c = notes(key(header(c, claimTitle, subtitle), claimKey(claims)), foot)
		claimPlot(c, claims)
		return nil
	})
}

func claimPlot(c draw.Canvas, claims []Claim) {
	p := newPlot()
	p.X.Scale = plot.LogScale{}
	p.X.Min, p.X.Max = claimRange(claims)
	p.X.Tick.Marker = logarithmic(8, scale{1, "times"})
	p.Y.Min, p.Y.Max = -float64(len(claims))+0.5, 0.5
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.Y.Tick.Marker = plot.ConstantTicks{{Value: 0, Label: " "}}
	p.Add(claimPlotter(claims))
	c = notes(c, []string{claimDoc})
	left := draw.Crop(c, claimNames, -claimTexts, 0, 0)
	axis := words(normalSize, ink, text.XCenter, text.YBottom)
	c.FillText(axis, vg.Point{X: (left.Min.X + left.Max.X) / 2, Y: c.Min.Y}, "measured ÷ stated (logarithmic)")
	p.Draw(draw.Crop(left, 0, 0, lineHeight, 0))
}

// claimRange is the range of all marks, and some room.
func claimRange(claims []Claim) (lo, hi float64) {
	lo, hi = 1, 1
	see := func(v float64) {
		if v > 0 && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	for _, c := range claims {
		for _, v := range append([]float64{c.Measured, c.Lo, c.Hi, c.Low, c.High, c.Ceiling}, c.Instead...) {
			see(v)
		}
	}
	return lo / claimBeyond, hi * claimBeyond
}

type claimPlotter []Claim

// Plot implements plot.Plotter.
func (claims claimPlotter) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	half := (y(0) - y(-1)) / 2
	for i := range claims {
		if mid := y(-float64(i)); i%2 == 1 {
			c.FillPolygon(stripe, rectangle(c.Min.X-claimNames, c.Max.X+claimTexts, mid, half))
		}
	}
	gridX{}.Plot(c, p)
	for i := range claims {
		claims[i].band(c, p, y(-float64(i)), half)
	}
	c.StrokeLine2(line(ink, 1.2), x(1), c.Min.Y, x(1), c.Max.Y)
	for i := range claims {
		claims[i].row(c, x, y(-float64(i)), half)
	}
}

func rectangle(from, to, mid, half vg.Length) []vg.Point {
	return []vg.Point{{X: from, Y: mid - half}, {X: to, Y: mid - half}, {X: to, Y: mid + half}, {X: from, Y: mid + half}}
}

var (
	stripe = color.RGBA{0xF6, 0xF6, 0xF6, 0xFF}
	asSaid = color.RGBA{0xCF, 0xE6, 0xDD, 0xFF} // the green of the palette, pale
)

// band shades what is as stated.
func (d *Claim) band(c draw.Canvas, p *plot.Plot, mid, half vg.Length) {
	x, _ := p.Transforms(&c)
	c.FillPolygon(asSaid, rectangle(x(max(d.Low, p.X.Min)), x(min(d.High, p.X.Max)), mid, half*0.62))
}

func (d *Claim) row(c draw.Canvas, x func(float64) vg.Length, mid, half vg.Length) {
	if d.Ceiling > 0 {
		ceiling(c, x(d.Ceiling), mid, half*0.85)
	}
	if d.Lo > 0 {
		whisker(c, x(d.Lo), x(d.Hi), mid, half*0.25)
	}
	for _, v := range d.Instead {
		hollow(c, vg.Point{X: x(v), Y: mid})
	}
	d.mark(c, vg.Point{X: x(d.Measured), Y: mid})
	d.label(c, mid)
}

// mark is a shape and a colour for each verdict, so that either is enough.
func (d *Claim) mark(c draw.Canvas, at vg.Point) {
	g := draw.GlyphStyle{Color: palette()[0], Radius: 5.5, Shape: draw.CircleGlyph{}}
	switch {
	case d.Impossible:
		g.Color, g.Shape, g.Radius = palette()[6], draw.PyramidGlyph{}, 6.5
	case !d.Met:
		g.Color, g.Shape = palette()[1], draw.BoxGlyph{}
	}
	c.DrawGlyphNoClip(g, at)
}

func hollow(c draw.Canvas, at vg.Point) {
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: white{}, Radius: 6, Shape: draw.CircleGlyph{}}, at)
	for _, r := range []vg.Length{5.2, 5.6, 6} { // a ring is a hair line
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: palette()[0], Radius: r, Shape: draw.RingGlyph{}}, at)
	}
}

// label writes name and stated figure on the left, what was measured on the right.
func (d *Claim) label(c draw.Canvas, mid vg.Length) {
	name := bold(words(normalSize, ink, text.XLeft, text.YCenter))
	figure := words(normalSize, ink, text.XRight, text.YCenter)
	right := c.Min.X - 12
	c.FillText(figure, vg.Point{X: right, Y: mid}, d.Stated)
	from := c.Min.X - claimNames + 4
	c.FillText(name, vg.Point{X: from, Y: mid}, fit(name, d.Name, right-figure.Width(d.Stated)-10-from))
	said := words(normalSize, ink, text.XLeft, text.YCenter)
	at := vg.Point{X: c.Max.X + 12, Y: mid}
	if d.Note != "" {
		small := words(smallSize, faint, text.XLeft, text.YCenter)
		at.Y += 7
		c.FillText(small, vg.Point{X: at.X, Y: mid - 7}, fit(small, d.Note, claimTexts-16))
	}
	c.FillText(said, at, fit(said, d.Text, claimTexts-16))
}

// claimKey explains what is drawn, and only that.
func claimKey(claims []Claim) []entry {
	var entries []entry
	add := func(text string, has func(*Claim) bool, sample func(draw.Canvas)) {
		for i := range claims {
			if has(&claims[i]) {
				entries = append(entries, entry{text, sample})
				return
			}
		}
	}
	one := func(d Claim) func(draw.Canvas) { return func(c draw.Canvas) { d.mark(c, c.Center()) } }
	add("reproduced", func(d *Claim) bool { return d.Met }, one(Claim{Met: true}))
	add("not reproduced", func(d *Claim) bool { return !d.Met && !d.Impossible }, one(Claim{}))
	add("impossible as stated", func(d *Claim) bool { return d.Impossible }, one(Claim{Impossible: true}))
	add("another configuration, which gives it", func(d *Claim) bool { return len(d.Instead) > 0 },
		func(c draw.Canvas) { hollow(c, c.Center()) })
	add("as stated", func(*Claim) bool { return true }, swatch(asSaid))
	add("min–max", func(d *Claim) bool { return d.Lo > 0 }, func(c draw.Canvas) {
		whisker(c, c.Min.X+3, c.Max.X-3, c.Center().Y, 4)
	})
	add("ceiling of the stated configuration", func(d *Claim) bool { return d.Ceiling > 0 }, func(c draw.Canvas) {
		ceiling(c, c.Center().X, c.Center().Y, 7)
	})
	return entries
}
