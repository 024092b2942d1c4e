package chart

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/migrate"
)

var migration = Chart{
	Name: "migrate", Title: "What a million notifications cost", height: tallHeight, Whole: true,
	Doc: "Extrapolated from what was measured: above, each instance pays for the share of a core that it is given; " +
		"below, every instance has whole cores. Shaded: what the trials leave open.",
	Applies: func(d *Data) bool { return d.Migrate != nil && len(d.Migrate.Curves) > 0 },
	draw:    drawMigration,
}

// labelRoom is the width of the names beside the ends of the lines.
const labelRoom vg.Length = 130

func drawMigration(c draw.Canvas, d *Data) error {
	c = notes(c, migrationNotes(d.Migrate))
	c = draw.Crop(c, 0, -labelRoom, 0, 0)
	top := migrationPlot(d, "each instance pays for its share of a core", func(p *migrate.Point) migrate.Figure { return p.Cost })
	bottom := migrationPlot(d, "every instance has whole cores", func(p *migrate.Point) migrate.Figure { return p.Whole })
	top.X.Tick.Marker = unlabelled{top.X.Tick.Marker}
	bottom.X.Label.Text = "notifications per second (logarithmic)"
	stack(c, []*plot.Plot{top, bottom})
	return nil
}

func migrationPlot(d *Data, label string, of func(*migrate.Point) migrate.Figure) *plot.Plot {
	p := newPlot()
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	points := d.Migrate.Curves[0].Points
	p.X.Min, p.X.Max = points[0].Rate, points[len(points)-1].Rate
	p.X.Tick.Marker = logarithmic(8, scale{1, "req/s"})
	lo, hi := costRange(d, of)
	p.Y.Min, p.Y.Max = lo/1.15, hi*1.15
	p.Y.Tick.Marker = logarithmic(6, scale{1, ""})
	p.Title.Text = fmt.Sprintf("%s per million: %s", d.Migrate.Plan.Price.Currency, label)
	p.Title.TextStyle.Font = words(normalSize, ink, 0, 0).Font
	p.Title.Padding = 4
	p.Add(migrationPlotter{d, of})
	return p
}

func costRange(d *Data, of func(*migrate.Point) migrate.Figure) (lo, hi float64) {
	lo = math.Inf(1)
	for i := range d.Migrate.Curves {
		points := d.Migrate.Curves[i].Points
		for j := range points {
			f := of(&points[j])
			l, h := ends(f)
			if f.V > 0 {
				lo, hi = min(lo, l), max(hi, h)
			}
		}
	}
	if lo > hi || lo <= 0 { // everything is free
		return 0.5, 2
	}
	return lo, hi
}

// ends are the interval of a figure; without one, the figure itself.
func ends(f migrate.Figure) (lo, hi float64) {
	if f.Interval == nil {
		return f.V, f.V
	}
	return f.Interval.Lo, f.Interval.Hi
}

// migrationPlotter draws one panel: grid, bands, lines, names.
type migrationPlotter struct {
	d  *Data
	of func(*migrate.Point) migrate.Figure
}

// Plot implements plot.Plotter. Bands lie below all lines.
func (m migrationPlotter) Plot(c draw.Canvas, p *plot.Plot) {
	gridXY{}.Plot(c, p)
	for i := range m.d.Migrate.Curves {
		m.band(c, p, &m.d.Migrate.Curves[i])
	}
	for i := range m.d.Migrate.Curves {
		row := &m.d.Migrate.Curves[i]
		pts := make(plotter.XYs, len(row.Points))
		for j := range row.Points {
			pts[j] = plotter.XY{X: row.Points[j].Rate, Y: m.of(&row.Points[j]).V}
		}
		n := len(m.d.Migrate.Curves)
		every := max(1, len(pts)/4)
		curve{points: pts, look: lookOf(m.d.Run, row.Row), every: every, first: i * every / n, gap: math.Inf(1)}.Plot(c, p)
	}
	m.names(c, p)
}

func (m migrationPlotter) band(c draw.Canvas, p *plot.Plot, row *migrate.Curve) {
	x, y := p.Transforms(&c)
	var up, down []vg.Point
	for j := range row.Points {
		lo, hi := ends(m.of(&row.Points[j]))
		if lo <= 0 {
			continue
		}
		up = append(up, vg.Point{X: x(row.Points[j].Rate), Y: y(hi)})
		down = append(down, vg.Point{X: x(row.Points[j].Rate), Y: y(lo)})
	}
	if len(up) < 2 {
		return
	}
	slices.Reverse(down)
	r, g, b, _ := lookOf(m.d.Run, row.Row).color.RGBA()
	c.FillPolygon(color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0x28}, append(up, down...))
}

// names stand beside the ends of their lines, moved apart where these lie close.
func (m migrationPlotter) names(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	type name struct {
		row    string
		end    vg.Length // of the line
		height vg.Length // of the text
	}
	var list []name
	for i := range m.d.Migrate.Curves {
		row := &m.d.Migrate.Curves[i]
		if last := m.of(&row.Points[len(row.Points)-1]).V; last > 0 {
			list = append(list, name{row.Row, y(last), y(last)})
		}
	}
	slices.SortStableFunc(list, func(a, b name) int { return int(math.Copysign(1, float64(b.end-a.end))) })
	heights := make([]vg.Length, len(list))
	for i := range list {
		heights[i] = list[i].end
	}
	apart(heights, lineHeight*0.85, c.Min.Y, c.Max.Y)
	for i, n := range list {
		l := lookOf(m.d.Run, n.row)
		at := vg.Point{X: c.Max.X + 26, Y: heights[i]}
		c.StrokeLine2(line(l.color, 1), c.Max.X+3, n.end, at.X-12, at.Y)
		c.DrawGlyphNoClip(mark(l), vg.Point{X: at.X - 6, Y: at.Y})
		style := words(smallSize, ink, text.XLeft, text.YCenter)
		name := n.row
		if slices.Contains(m.d.Migrate.Doubted(), n.row) {
			name += " *"
		}
		c.FillText(style, vg.Point{X: at.X + 2, Y: at.Y}, fit(style, name, labelRoom-28))
	}
}

// apart moves heights, which fall, so far apart that each is at least gap below the one
// before it, as near to where they were as the room allows.
func apart(heights []vg.Length, gap, bottom, top vg.Length) {
	for range 200 {
		moved := false
		for i := 1; i < len(heights); i++ {
			if short := gap - (heights[i-1] - heights[i]); short > 0.01 {
				heights[i-1] += short / 2
				heights[i] -= short / 2
				moved = true
			}
		}
		if !moved {
			break
		}
	}
	if n := len(heights); n > 0 {
		if over := heights[0] - top; over > 0 {
			shift(heights, -over)
		}
		if under := bottom - heights[n-1]; under > 0 {
			shift(heights, under)
		}
	}
}

func shift(heights []vg.Length, by vg.Length) {
	for i := range heights {
		heights[i] += by
	}
}

func migrationNotes(t *migrate.Table) []string {
	p := t.Plan.Price
	lines := []string{fmt.Sprintf("extrapolated; cores and workers at most %s busy; vCPU-hour %s %g, GB-hour %s %g. "+
		"Shaded: between the lowest and highest trials of what a line is made of", t.Busy(),
		p.Currency, p.VCPUHour, p.Currency, p.GBHour)}
	if v := t.Verdict(); v != "" {
		lines = append(lines, "*  "+v)
	}
	if len(t.Rates) > 0 {
		for _, n := range t.Rates[0].Needs {
			if n.Why != "" {
				lines = append(lines, "not drawn: "+n.Row+" ("+n.Why+")")
			}
		}
	}
	return lines
}
