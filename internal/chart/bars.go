package chart

import (
	"image/color"
	"maps"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
)

// bar is one row of a panel of horizontal bars.
type bar struct {
	name   string
	color  color.Color
	value  float64
	ok     bool   // without a value only the text is shown
	text   string // at the end of the bar
	note   string // below it, smaller
	lo, hi float64
	ranged bool // lo and hi are the min–max of enough trials
	trials []float64
	mark   float64 // a ceiling; 0: none
}

// barsOf takes the bars of a metric from rows.
func barsOf(d *Data, id string) []bar {
	m, _ := metric.ByID(id)
	var bars []bar
	for i := range d.Rows {
		r := &d.Rows[i]
		b := bar{name: r.Subject, color: lookOf(d.Run, r.Subject).color}
		spread := r.Values[id]
		b.ok, b.value, b.text = spread.Median.OK, spread.Median.V, r.Format(m)
		if !b.ok {
			b.note = spread.Median.Why
		}
		if !r.Shown() {
			b.text = r.Absence()
		}
		if r.State == metric.AllInvalid {
			b.color, b.note = grey, "invalid"
		}
		for _, trial := range slices.Sorted(maps.Keys(spread.Trials)) {
			b.trials = append(b.trials, spread.Trials[trial])
		}
		if spread.Interval != nil {
			b.ranged, b.lo, b.hi = true, spread.Interval.Lo, spread.Interval.Hi
		}
		bars = append(bars, b)
	}
	return bars
}

// invalidNotes gives the reasons of the greyed rows.
func invalidNotes(d *Data) []string {
	var lines []string
	for i := range d.Rows {
		if r := &d.Rows[i]; r.State == metric.AllInvalid {
			lines = append(lines, r.Subject+" is "+r.Absence())
		}
	}
	return lines
}

// panel is a panel of horizontal bars that share an axis.
type panel struct {
	label string // of the axis, without the unit
	scale scale
	bars  []bar
	named bool // the names stand on the left
	ticks int  // about how many
}

func largest(bars []bar) float64 {
	top := 0.0
	for _, b := range bars {
		if b.ok {
			top = max(top, b.value, b.hi)
		}
		for _, v := range b.trials {
			top = max(top, v)
		}
	}
	return top
}

func (pl panel) draw(c draw.Canvas) {
	p := newPlot()
	top := largest(pl.bars)
	if top == 0 {
		top = pl.scale.by
	}
	for i := range pl.bars { // a ceiling far off would squeeze the bars
		if b := &pl.bars[i]; b.mark > 1.3*top {
			b.mark = 0
		}
	}
	for _, b := range pl.bars {
		top = max(top, b.mark)
	}
	p.X.Min, p.X.Max = 0, top*1.3 // the rest is for the values' texts
	p.X.Label.Text = pl.label + " (" + pl.scale.unit + ")"
	p.X.Tick.Marker = upTo(top*1.02, linear(pl.ticks, pl.scale))
	n := len(pl.bars)
	p.Y.Min, p.Y.Max = -float64(n)+0.5, 0.5
	p.Y.Tick.Length = 0
	p.Y.Tick.Marker = names(pl)
	p.Y.Tick.Label.Font = words(normalSize, ink, 0, 0).Font
	p.Add(gridX{}, barPlotter(pl.bars))
	p.Draw(c)
}

// upTo leaves out the ticks under the texts.
func upTo(top float64, t plot.Ticker) plot.Ticker {
	return plot.TickerFunc(func(lo, _ float64) []plot.Tick { return t.Ticks(lo, top) })
}

const nameWidth vg.Length = 190

func names(pl panel) plot.Ticker {
	style := words(normalSize, ink, 0, 0)
	var ticks plot.ConstantTicks
	for i, b := range pl.bars {
		t := plot.Tick{Value: -float64(i), Label: " "}
		if pl.named {
			t.Label = fit(style, b.name, nameWidth)
		}
		ticks = append(ticks, t)
	}
	return ticks
}

// gridX draws vertical lines at the ticks.
type gridX struct{}

// Plot implements plot.Plotter.
func (gridX) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		c.StrokeLine2(line(grid, 0.75), x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
	}
}

type barPlotter []bar

// Plot implements plot.Plotter.
func (bars barPlotter) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	half := min(y(0)-y(-1), 52) * 0.36
	for i, b := range bars {
		mid := y(-float64(i))
		end := x(0)
		if b.ok {
			c.FillPolygon(b.color, []vg.Point{
				{X: x(0), Y: mid - half}, {X: x(b.value), Y: mid - half},
				{X: x(b.value), Y: mid + half}, {X: x(0), Y: mid + half}})
			end = b.details(c, x, mid, half)
		}
		b.caption(c, vg.Point{X: end + 7, Y: mid + 2})
	}
}

// caption writes the text of a bar, and its note below it.
func (b bar) caption(c draw.Canvas, at vg.Point) {
	style := words(normalSize, ink, text.XLeft, text.YCenter)
	small := words(smallSize, faint, text.XLeft, text.YCenter)
	if !b.ok {
		style = small
	}
	if b.note != "" {
		at.Y += 6
		c.FillText(small, vg.Point{X: at.X, Y: at.Y - 14}, fit(small, b.note, c.Max.X-at.X))
	}
	c.FillText(style, at, fit(style, b.text, c.Max.X-at.X))
}
