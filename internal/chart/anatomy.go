package chart

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
)

var anatomy = Chart{
	Name: "anatomy", Title: "Where the time of a request went", height: height,
	Doc: "Mean over the answered requests, and over the slowest hundredth of them: late sending by the generator, " +
		"waiting in the server, the providers, everything else. The numbers stand above the bars, as small parts are too thin to see.",
	Applies: func(d *Data) bool {
		for i := range d.Rows {
			if d.Rows[i].Shown() && d.Rows[i].Anatomy.Mean != nil {
				return true
			}
		}
		return false
	},
	draw: drawAnatomy,
}

// partColor is one colour for each part, of the palette.
func partColor(name string) color.Color {
	colors := palette()
	switch name {
	case metric.PartLag:
		return colors[6]
	case metric.PartQueue:
		return colors[1]
	case metric.PartProviders:
		return colors[5]
	case metric.PartRest:
		return colors[2]
	}
	return colors[4]
}

func drawAnatomy(c draw.Canvas, d *Data) error {
	var bars []bar
	top := 0.0
	for i := range d.Rows {
		r := &d.Rows[i]
		bars = append(bars, bar{name: r.Subject})
		for _, p := range []*metric.Parts{r.Anatomy.Mean, r.Anatomy.Slowest} {
			if p != nil && r.Shown() {
				top = max(top, p.Total)
			}
		}
	}
	s := timeScale(top)
	if top == 0 {
		top = s.by
	}
	c = notes(key(c, partKey(d)), append(anatomyNotes(d), invalidNotes(d)...))
	what := "response time, from the intended send"
	if !d.Load.Open {
		what = "service time, from the actual send"
	}
	p := newPlot()
	p.X.Min, p.X.Max = 0, top*1.02
	p.X.Label.Text = what + " (" + s.unit + ")"
	p.X.Tick.Marker = linear(10, s)
	p.Y.Min, p.Y.Max = -float64(len(bars))+0.5, 0.5
	p.Y.Tick.Length = 0
	p.Y.Tick.Marker = names(panel{bars: bars, named: true})
	p.Y.Tick.Label.Font = words(normalSize, ink, 0, 0).Font
	p.Add(gridX{}, stackPlotter(d.Rows))
	p.Draw(c)
	return nil
}

// partKey names the parts that are drawn, in the order of a request's life.
func partKey(d *Data) []entry {
	drawn := map[string]bool{}
	greyed := false
	for i := range d.Rows {
		r := &d.Rows[i]
		greyed = greyed || r.State == metric.AllInvalid
		if !r.Shown() || r.Anatomy.Mean == nil {
			continue
		}
		for _, part := range r.Anatomy.Mean.List() {
			drawn[part.Name] = true
		}
	}
	var entries []entry
	for _, e := range []struct{ part, text string }{
		{metric.PartLag, "lag: waiting for the generator"},
		{metric.PartQueue, "queue: waiting in the server"},
		{metric.PartProviders, "providers: the critical path of the calls"},
		{metric.PartRest, "rest: everything else"},
		{metric.PartServer, "server and rest: no Server-Timing tells them apart"},
	} {
		if drawn[e.part] {
			entries = append(entries, entry{e.text, swatch(partColor(e.part))})
		}
	}
	if greyed {
		entries = append(entries, entry{"invalid: shown, not ranked", swatch(grey)})
	}
	return entries
}

func anatomyNotes(d *Data) []string {
	var lines []string
	for i := range d.Rows {
		r := &d.Rows[i]
		if !r.Shown() || r.Anatomy.Mean == nil {
			continue
		}
		if n := r.Anatomy.Notes(); len(n) > 0 {
			lines = append(lines, r.Subject+": "+strings.Join(n, "; "))
		}
	}
	return lines
}

// stackPlotter draws two stacked bars for each row, each below its numbers.
type stackPlotter []metric.Row

// Plot implements plot.Plotter.
func (rows stackPlotter) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	slot := min(y(0)-y(-1), 96) * 0.48
	small := words(smallSize, faint, text.XLeft, text.YCenter)
	for i := range rows {
		r := &rows[i]
		mid := y(-float64(i))
		a := &r.Anatomy
		switch {
		case !r.Shown():
			c.FillText(small, vg.Point{X: x(0) + 7, Y: mid}, fit(small, r.Absence(), c.Max.X-x(0)-7))
			continue
		case a.Mean == nil:
			c.FillText(small, vg.Point{X: x(0) + 7, Y: mid}, fit(small, strings.Join(a.Notes(), "; "), c.Max.X-x(0)-7))
			continue
		}
		grey := r.State == metric.AllInvalid
		layers{"mean", a.Mean, grey}.draw(c, x, mid+slot, slot)
		if a.Slowest == nil {
			at := vg.Point{X: x(0) + 3, Y: mid - captionHeight*0.42}
			c.FillText(small, at, "slowest 1%: fewer than ten requests")
			continue
		}
		layers{"slowest 1%", a.Slowest, grey}.draw(c, x, mid, slot)
	}
}

const captionHeight vg.Length = 14

// layers is one stacked bar.
type layers struct {
	name  string
	parts *metric.Parts
	grey  bool
}

// draw fills a slot from its top: the numbers, and the bar below them.
func (s layers) draw(c draw.Canvas, x func(float64) vg.Length, top, slot vg.Length) {
	style := words(smallSize, ink, text.XLeft, text.YCenter)
	caption := s.name + " " + metric.Millis(s.parts.Total) + " ms = " + strings.TrimSuffix(s.parts.Words(), " ms")
	c.FillText(style, vg.Point{X: x(0) + 3, Y: top - captionHeight*0.42}, fit(style, caption, c.Max.X-x(0)-3))
	hi := top - captionHeight
	lo := min(hi-2, top-slot+2)
	begin := 0.0
	for _, part := range s.parts.List() {
		if part.NS <= 0 {
			continue
		}
		fill := partColor(part.Name)
		if s.grey {
			fill = grey
		}
		end := begin + part.NS
		c.FillPolygon(fill, []vg.Point{{X: x(begin), Y: lo}, {X: x(end), Y: lo}, {X: x(end), Y: hi}, {X: x(begin), Y: hi}})
		if begin > 0 && x(end)-x(begin) > 3 { // on a thinner part it would be all there is to see
			c.StrokeLine2(line(white{}, 0.75), x(begin), lo, x(begin), hi)
		}
		begin = end
	}
}
