package chart

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var timeline = Chart{
	Name: "timeline", Title: "The course of the run", height: tallHeight,
	Doc: "Median of the valid trials in steps of 250 ms: rates and latencies by time of completion. " +
		"Vertical lines mark what changed.",
	Applies: func(d *Data) bool { return d.Load.Changing && len(d.Series) > 0 },
	draw:    drawTimeline,
}

// strip is one panel of the stack.
type strip struct {
	label  string
	of     func(*metric.Series) []float64
	scale  func(top float64) scale
	extra  func(*metric.Series) []float64 // a grey line from the first series
	timing bool                           // its axis may be logarithmic
}

func fixed(s scale) func(float64) scale { return func(float64) scale { return s } }

func strips() []strip {
	return []strip{
		{label: "achieved", scale: fixed(scale{1, "req/s"}),
			of:    func(s *metric.Series) []float64 { return s.Achieved },
			extra: func(s *metric.Series) []float64 { return s.Offered }},
		{label: "p50", scale: timeScale, timing: true, of: func(s *metric.Series) []float64 { return s.P50 }},
		{label: "p99", scale: timeScale, timing: true, of: func(s *metric.Series) []float64 { return s.P99 }},
		{label: "in flight", scale: fixed(scale{1, "req"}), timing: true,
			of: func(s *metric.Series) []float64 { return s.InFlight }},
		{label: "CPU", scale: fixed(scale{0.01, "% of a core"}),
			of: func(s *metric.Series) []float64 { return s.CPU }},
		{label: "PSS", scale: byteScale, of: func(s *metric.Series) []float64 { return s.PSS }},
	}
}

func drawTimeline(c draw.Canvas, d *Data) error {
	var shown []strip
	for _, s := range strips() {
		if _, _, ok := bounds(linesOf(d, s)...); ok {
			shown = append(shown, s)
		}
	}
	var entries []entry
	for i := range d.Series {
		name := d.Series[i].Subject
		entries = append(entries, lineEntry(name, lookOf(d.Run, name)))
	}
	entries = append(entries, entry{"offered", func(c draw.Canvas) {
		c.StrokeLine2(offeredStyle(), c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
	}})
	remarks := []string{"p50 and p99 are of the answers of each 250 ms; of fewer than 100 answers, the p99 is the slowest"}
	for _, l := range invalidNotes(d) {
		remarks = append(remarks, "not drawn: "+l)
	}
	c = notes(key(c, entries), remarks)
	c = draw.Crop(c, 0, 0, 0, -eventRoom(d))
	plots := make([]*plot.Plot, len(shown))
	for i, s := range shown {
		plots[i] = s.plot(d, i == 0, i == len(shown)-1)
	}
	stack(c, plots)
	return nil
}

// stack draws plots one below the other with their edges aligned; the last
// is taller by the room its labels need.
func stack(c draw.Canvas, plots []*plot.Plot) {
	const gap, labels vg.Length = 9, 26
	each := (c.Max.Y - c.Min.Y - labels) / vg.Length(len(plots))
	boxes := make([]draw.Canvas, len(plots))
	left, right, top := c.Min.X, c.Max.X, c.Max.Y
	for i, p := range plots {
		boxes[i] = c
		boxes[i].Max.Y, boxes[i].Min.Y = top, top-each+gap
		if i == len(plots)-1 {
			boxes[i].Min.Y = c.Min.Y
		}
		top -= each
		data := p.DataCanvas(boxes[i])
		left, right = max(left, data.Min.X), min(right, data.Max.X)
	}
	for i, p := range plots {
		data := p.DataCanvas(boxes[i])
		p.Draw(draw.Crop(boxes[i], left-data.Min.X, right-data.Max.X, 0, 0))
	}
}

func linesOf(d *Data, s strip) [][]float64 {
	var lines [][]float64
	for i := range d.Series {
		lines = append(lines, s.of(&d.Series[i]))
	}
	if s.extra != nil && len(d.Series) > 0 {
		lines = append(lines, s.extra(&d.Series[0]))
	}
	return lines
}

func (s strip) plot(d *Data, first, last bool) *plot.Plot {
	p := newPlot()
	lo, hi, _ := bounds(linesOf(d, s)...)
	unit := s.scale(hi)
	p.Y.Label.Text = s.label + " (" + unit.unit + ")"
	p.Y.Label.TextStyle.Font = words(smallSize, ink, 0, 0).Font
	if !s.timing {
		lo = 0
	}
	axisFor(&p.Y, lo, hi, unit, 4)
	p.X.Min, p.X.Max = 0, windowOf(d)
	p.X.Tick.Marker = linear(12, scale{1, "s"})
	p.Add(gridXY{}, events{d, first})
	if last {
		p.X.Label.Text = "time after the start of measurement (s)"
	} else {
		p.X.Tick.Marker = unlabelled{p.X.Tick.Marker}
	}
	if s.extra != nil {
		p.Add(plain(xys(d.Series[0].Seconds, s.extra(&d.Series[0]))))
	}
	for i := range d.Series {
		course := &d.Series[i]
		every := max(4, len(course.Seconds)/10)
		p.Add(curve{points: xys(course.Seconds, s.of(course)), look: lookOf(d.Run, course.Subject),
			every: every, first: i * every / max(1, len(d.Series)), gap: 1.01})
	}
	return p
}

// windowOf is the length of the window in seconds.
func windowOf(d *Data) float64 {
	top := record.TickLength.Seconds()
	for _, s := range d.Series {
		top = max(top, s.Seconds[len(s.Seconds)-1])
	}
	return top
}

func xys(x, y []float64) plotter.XYs {
	pts := make(plotter.XYs, len(x))
	for i := range x {
		pts[i] = plotter.XY{X: x[i], Y: y[i]}
	}
	return pts
}

// unlabelled keeps ticks but not their labels: the panel below has them.
type unlabelled struct{ plot.Ticker }

// Ticks implements plot.Ticker.
func (u unlabelled) Ticks(lo, hi float64) []plot.Tick {
	ticks := u.Ticker.Ticks(lo, hi)
	for i := range ticks {
		ticks[i].Label = ""
	}
	return ticks
}

func offeredStyle() draw.LineStyle { return line(grey, 5) }

// plain is the line of what was offered.
type plain plotter.XYs

// Plot implements plot.Plotter.
func (l plain) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var pts []vg.Point
	for _, pt := range l {
		if !math.IsNaN(pt.Y) {
			pts = append(pts, vg.Point{X: x(pt.X), Y: y(pt.Y)})
		}
	}
	c.StrokeLines(offeredStyle(), c.ClipLinesXY(pts)...)
}

// events marks the timeline; the first panel carries the labels, above it.
type events struct {
	d        *Data
	labelled bool
}

// eventRoom is the height of the events' labels above the first panel.
func eventRoom(d *Data) vg.Length {
	return vg.Length(len(d.Run.Events)) * lineHeight * 0.85
}

// Plot implements plot.Plotter. Labels stand one below the other, so that those
// of events close together do not overlap.
func (e events) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	style := words(smallSize, ink, text.XLeft, text.YBottom)
	for i, event := range e.d.Run.Events {
		at := x(event.At.Seconds())
		if !c.ContainsX(at) {
			continue
		}
		top := c.Max.Y
		if e.labelled {
			top += vg.Length(len(e.d.Run.Events)-1-i)*lineHeight*0.85 + 3
			style.XAlign = text.XLeft
			from := at + 4
			if from+style.Width(event.Text) > c.Max.X {
				style.XAlign, from = text.XRight, at-4
			}
			c.FillText(style, vg.Point{X: from, Y: top}, event.Text)
			top += smallSize
		}
		c.StrokeLine2(line(ink, 1, 3, 2), at, c.Min.Y, at, top)
	}
}
