package chart

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

const margin vg.Length = 14

// header paints the page, its title and its subtitle, and returns what is left.
func header(c draw.Canvas, title, subtitle string) draw.Canvas {
	c.SetColor(white{})
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	big := bold(words(titleSize, ink, text.XLeft, text.YTop))
	small := words(smallSize, faint, text.XLeft, text.YTop)
	c.FillText(big, vg.Point{X: c.Min.X, Y: c.Max.Y}, fit(big, title, c.Max.X-c.Min.X))
	c.FillText(small, vg.Point{X: c.Min.X, Y: c.Max.Y - 1.5*titleSize}, fit(small, subtitle, c.Max.X-c.Min.X))
	return draw.Crop(c, 0, 0, 0, -(1.5*titleSize + 2*smallSize))
}

// white is opaque white.
type white struct{}

// RGBA implements color.Color.
func (white) RGBA() (r, g, b, a uint32) { return 0xffff, 0xffff, 0xffff, 0xffff }

// subtitle says under which conditions the chart was measured.
func subtitle(d *Data) string {
	s, e := &d.Run.Scenario, &d.Run.Environment
	length := fmt.Sprint(s.Duration)
	if s.Slices != nil {
		length = fmt.Sprintf("%d × %v", s.Slices.Count, s.Duration)
	}
	how := fmt.Sprintf("%s of %s after %v of warm-up", metric.Count(s.Trials, "trial"), length, s.Warmup)
	parts := []string{s.Name, how}
	if d.Load != nil {
		if d.Load.Kind == record.CapacityKind {
			how = fmt.Sprintf("searches of each row: %d", s.Trials)
		}
		parts = []string{s.Name, fmt.Sprintf("load %s: %s", d.Load.Name, loadWords(d.Load)), how}
	}
	machine := metric.Count(e.Cores, "core")
	if e.CPU != "" {
		machine += ", " + e.CPU
	}
	parts = append(parts, machine, fmt.Sprintf("%s, %s", s.Isolation, e.Go))
	if s.Short {
		parts = append(parts, "short run")
	}
	if d.Run.Status != record.StatusComplete {
		parts = append(parts, strings.ToUpper(d.Run.Status))
	}
	return strings.Join(parts, "  ·  ")
}

func loadWords(l *record.Load) string {
	if !l.Open {
		return metric.Count(l.Connections, "connection") + ", closed loop"
	}
	return l.Spec + ", open loop"
}

// entry is one item of a key: a sample drawn in a box, and its text.
type entry struct {
	text   string
	sample func(draw.Canvas)
}

const (
	sampleWidth vg.Length = 30
	lineHeight  vg.Length = 17
)

// key lays entries out in lines from the left, above the data rather than over
// it, and returns what is left.
func key(c draw.Canvas, entries []entry) draw.Canvas {
	style := words(smallSize, ink, text.XLeft, text.YCenter)
	x, y := c.Min.X, c.Max.Y-lineHeight/2
	for _, e := range entries {
		need := sampleWidth + 5 + style.Width(e.text)
		if x > c.Min.X && x+need > c.Max.X {
			x, y = c.Min.X, y-lineHeight
		}
		box := c
		box.Rectangle = vg.Rectangle{
			Min: vg.Point{X: x, Y: y - lineHeight/2}, Max: vg.Point{X: x + sampleWidth, Y: y + lineHeight/2}}
		e.sample(box)
		c.FillText(style, vg.Point{X: x + sampleWidth + 5, Y: y}, e.text)
		x += need + 18
	}
	if len(entries) == 0 {
		return c
	}
	return draw.Crop(c, 0, 0, 0, -(c.Max.Y - y + lineHeight))
}

// above writes what the vertical axis shows over it, where it reads without
// turning one's head, and returns what is left.
func above(c draw.Canvas, label string) draw.Canvas {
	style := words(normalSize, ink, text.XLeft, text.YTop)
	c.FillText(style, vg.Point{X: c.Min.X, Y: c.Max.Y}, label)
	return draw.Crop(c, 0, 0, 0, -lineHeight)
}

// notes writes lines at the foot of the page and returns what is left.
func notes(c draw.Canvas, lines []string) draw.Canvas {
	style := words(smallSize, faint, text.XLeft, text.YBottom)
	for i, l := range lines {
		at := vg.Point{X: c.Min.X, Y: c.Min.Y + vg.Length(len(lines)-1-i)*lineHeight}
		c.FillText(style, at, fit(style, l, c.Max.X-c.Min.X))
	}
	if len(lines) == 0 {
		return c
	}
	return draw.Crop(c, 0, 0, vg.Length(len(lines))*lineHeight+4, 0)
}
