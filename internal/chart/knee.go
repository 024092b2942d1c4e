package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var knee = Chart{
	Name: "knee", Title: "What each can carry: the knee", height: tallHeight,
	Doc: "Every trial of the capacity searches: filled where it held, hollow where it failed, crossed where it was " +
		"not valid. Shaded: from the highest rate that holds to the lowest that fails.",
	Applies: func(d *Data) bool {
		for _, s := range d.Searches {
			if len(s.Points) > 0 {
				return true
			}
		}
		return false
	},
	draw: drawKnee,
}

func drawKnee(c draw.Canvas, d *Data) error {
	c = notes(key(c, kneeEntries(d)), kneeNotes(d))
	lo, hi := kneeRates(d)
	if lo > hi { // no trial
		return nil
	}
	top := kneePlot(d, "99 of 100 answered within", kneeTimes(d), lo, hi)
	bottom := kneePlot(d, "achieved", kneeAchieved(d, lo, hi), lo, hi)
	top.X.Tick.Marker = unlabelled{top.X.Tick.Marker}
	bottom.X.Label.Text = "offered rate (req/s, logarithmic)"
	stack(c, []*plot.Plot{top, bottom})
	return nil
}

// kneeAxis is what one panel shows of a trial.
type kneeAxis struct {
	of     func(metric.SearchPoint) metric.Value
	lo, hi float64
	scale  scale
	line   float64 // across: the objective; 0: none
	equal  bool    // a line where it equals the offered rate
}

func kneeTimes(d *Data) kneeAxis {
	a := kneeAxis{of: func(p metric.SearchPoint) metric.Value { return p.P99 }, lo: math.Inf(1)}
	if slo := d.Run.Scenario.SLO; slo != nil {
		a.line = float64(slo.P99)
		a.lo, a.hi = a.line, a.line*1.2
	}
	eachPoint(d, func(_ *metric.SearchCurve, p metric.SearchPoint) {
		if p.P99.OK {
			a.lo, a.hi = min(a.lo, p.P99.V), max(a.hi, p.P99.V)
		}
	})
	a.scale = timeScale(a.hi)
	return a
}

func kneeAchieved(d *Data, lo, hi float64) kneeAxis {
	a := kneeAxis{of: func(p metric.SearchPoint) metric.Value { return p.Achieved }, equal: true,
		lo: math.Inf(1), hi: hi, scale: scale{1, "req/s"}}
	eachPoint(d, func(_ *metric.SearchCurve, p metric.SearchPoint) {
		if p.Achieved.OK && p.Achieved.V > 0 {
			a.lo = min(a.lo, p.Achieved.V)
		}
	})
	if math.IsInf(a.lo, 1) { // of no trial is it known
		a.lo = lo
	}
	return a
}

// eachPoint visits the trials that are drawn: a pilot far below every knee would
// leave no room for the knees.
func eachPoint(d *Data, do func(*metric.SearchCurve, metric.SearchPoint)) {
	from := kneeFrom(d)
	for i := range d.Searches {
		for _, p := range d.Searches[i].Points {
			if p.Rate >= from {
				do(&d.Searches[i], p)
			}
		}
	}
}

// kneeFrom is half the lowest rate that holds; 0 where none does.
func kneeFrom(d *Data) float64 {
	lowest := math.Inf(1)
	for _, s := range d.Searches {
		if s.Holds > 0 {
			lowest = min(lowest, s.Holds)
		}
	}
	if math.IsInf(lowest, 1) {
		return 0
	}
	return lowest / 2
}

func kneeRates(d *Data) (lo, hi float64) {
	lo = math.Inf(1)
	eachPoint(d, func(_ *metric.SearchCurve, p metric.SearchPoint) { lo, hi = min(lo, p.Rate), max(hi, p.Rate) })
	return lo / 1.1, hi * 1.1
}

func kneePlot(d *Data, label string, a kneeAxis, lo, hi float64) *plot.Plot {
	p := newPlot()
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Min, p.X.Max = lo, hi
	p.X.Tick.Marker = logarithmic(8, scale{1, "req/s"})
	p.Y.Min, p.Y.Max = a.lo/1.2, a.hi*1.3
	p.Y.Tick.Marker = logarithmic(6, a.scale)
	// No label of the axis: on a logarithmic one gonum makes room for it where the
	// arithmetic middle lies, above the panel.
	p.Title.Text = fmt.Sprintf("%s (%s, logarithmic)", label, a.scale.unit)
	p.Title.TextStyle.Font = words(normalSize, ink, 0, 0).Font
	p.Title.Padding = 4
	p.Add(kneePlotter{d, a})
	return p
}

// kneePlotter draws one panel: brackets, grid, reference line, trials.
type kneePlotter struct {
	d *Data
	a kneeAxis
}

// Plot implements plot.Plotter.
func (k kneePlotter) Plot(c draw.Canvas, p *plot.Plot) {
	for i := range k.d.Searches {
		k.bracket(c, p, &k.d.Searches[i])
	}
	gridXY{}.Plot(c, p)
	x, y := p.Transforms(&c)
	if k.a.equal {
		c.StrokeLines(line(grey, 3), c.ClipLinesXY([]vg.Point{
			{X: x(p.X.Min), Y: y(p.X.Min)}, {X: x(p.X.Max), Y: y(p.X.Max)}})...)
	}
	if k.a.line > 0 {
		at := y(k.a.line)
		c.StrokeLine2(line(ink, 1, 5, 3), c.Min.X, at, c.Max.X, at)
		c.FillText(words(smallSize, ink, text.XLeft, text.YBottom), vg.Point{X: c.Min.X + 6, Y: at + 3},
			"SLO "+metric.Time(k.a.line))
	}
	eachPoint(k.d, func(s *metric.SearchCurve, pt metric.SearchPoint) {
		k.trial(c, x(pt.Rate), k.height(c, y, pt), lookOf(k.d.Run, s.Subject), pt)
	})
}

// height of a trial; what had no answer, or no time, lies at the upper edge.
func (k kneePlotter) height(c draw.Canvas, y func(float64) vg.Length, pt metric.SearchPoint) vg.Length {
	v := k.a.of(pt)
	switch {
	case v.OK && v.V > 0:
		return y(v.V)
	case k.a.equal:
		return c.Min.Y + 5
	}
	return c.Max.Y - 5
}

// bracket shades the rates between what holds and what fails.
func (k kneePlotter) bracket(c draw.Canvas, p *plot.Plot, s *metric.SearchCurve) {
	if s.Holds == 0 || s.Fails == 0 {
		return
	}
	x, _ := p.Transforms(&c)
	r, g, b, _ := lookOf(k.d.Run, s.Subject).color.RGBA()
	shade := color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0x40}
	from, to := x(s.Holds), max(x(s.Fails), x(s.Holds)+2)
	c.FillPolygon(shade, []vg.Point{{X: from, Y: c.Min.Y}, {X: to, Y: c.Min.Y}, {X: to, Y: c.Max.Y}, {X: from, Y: c.Max.Y}})
}

func (k kneePlotter) trial(c draw.Canvas, x, y vg.Length, l look, pt metric.SearchPoint) {
	g := draw.GlyphStyle{Color: l.color, Radius: 4.5, Shape: draw.CircleGlyph{}}
	switch capacity.Verdict(pt.Verdict) {
	case capacity.Fails:
		g.Shape = draw.RingGlyph{}
	case capacity.Invalid:
		g.Shape, g.Color = draw.CrossGlyph{}, faint
	}
	c.DrawGlyphNoClip(g, vg.Point{X: x, Y: y})
}

func kneeEntries(d *Data) []entry {
	var entries []entry
	seen := map[string]bool{}
	for i := range d.Searches {
		s := &d.Searches[i]
		if seen[s.Subject] || len(s.Points) == 0 {
			continue
		}
		seen[s.Subject] = true
		l := lookOf(d.Run, s.Subject)
		entries = append(entries, entry{kneeName(d, s), func(c draw.Canvas) {
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: l.color, Radius: 4.5, Shape: draw.CircleGlyph{}}, c.Center())
		}})
	}
	return entries
}

// kneeName is a row's name with its result, where it has one.
func kneeName(d *Data, s *metric.SearchCurve) string {
	for i := range d.Rows {
		if b := d.Rows[i].Capacity; d.Rows[i].Subject == s.Subject && b != nil {
			name := s.Subject + ": "
			if b.Limited {
				name += "≥ "
			}
			return name + metric.Rate(b.Holds) + "/s"
		}
	}
	return s.Subject
}

func kneeNotes(d *Data) []string {
	lines := []string{"filled: held; hollow: failed; grey cross: not valid; at the edge: no such time. " +
		"Grey line: all that was offered. Shaded: between what holds and what fails"}
	if from := kneeFrom(d); from > 0 {
		lines = append(lines, "not shown: trials below "+metric.Rate(from)+"/s")
	}
	for i := range d.Rows {
		if r := &d.Rows[i]; r.State != metric.Measured {
			lines = append(lines, "no bracket: "+r.Subject+" ("+r.Absence()+")")
		}
	}
	if d.Run.Status != record.StatusComplete {
		lines = append(lines, "the run is not complete: "+d.Run.Note)
	}
	return lines
}
