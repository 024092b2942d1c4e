// Package chart draws a summary: one chart per file, each to a writer, as PNG or
// SVG. It only draws: which rows, which statistics and which words is decided in
// package metric.
//
// Units are those of the axes' labels, scaled from base units. Rows keep their
// colour, dash and marker in every chart of a run, so that charts can be read
// side by side and without colours. A value that is absent is said in words, and
// never drawn as a zero.
package chart

import (
	"fmt"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/migrate"
	"github.com/notifybench/notifybench/internal/record"
)

// Data is what the charts of one load are drawn from.
type Data struct {
	Run    *record.Run
	Load   *record.Load
	Rows   []metric.Row    // of the load, in the order of the run
	Series []metric.Series // of the rows of a changing load
	// Searches are those of a load of the kind capacity.
	Searches []metric.SearchCurve
	// Migrate is what a chart of the whole run shows; Load and Rows are then those of none.
	Migrate *migrate.Table
}

// Chart is one kind of chart.
type Chart struct {
	Name    string // of its file
	Title   string
	Doc     string // one sentence: what it shows and how to read it
	Whole   bool   // it is of the whole run, not of one load
	Applies func(*Data) bool
	height  vg.Length
	draw    func(draw.Canvas, *Data) error
}

// All lists the charts in the order of reports.
func All() []Chart {
	return []Chart{throughput, latency, cost, memory, timeline, anatomy, knee, migration}
}

// Size of a chart in pixels.
const (
	width      = 1200
	height     = 700
	tallHeight = 1200 // of a stack of panels

	dpi   = 96
	pixel = vg.Inch / dpi
)

// format is one file format.
type format struct {
	name   string
	canvas func(w, h vg.Length) vg.CanvasWriterTo
}

func formats() []format {
	return []format{
		{"png", newPNG},
		{"svg", func(w, h vg.Length) vg.CanvasWriterTo { return vgsvg.New(w, h) }},
	}
}

// Formats lists the names of the file formats.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Draw draws the chart in a format.
func (c Chart) Draw(w io.Writer, name string, d *Data) error {
	return render(w, name, c.height, func(dc draw.Canvas) error {
		if err := c.draw(header(dc, c.Title, subtitle(d)), d); err != nil {
			return fmt.Errorf("draw chart %s of %s: %w", c.Name, d.name(), err)
		}
		return nil
	})
}

// render draws on a canvas of a format, as wide as every chart.
func render(w io.Writer, name string, tall vg.Length, paint func(draw.Canvas) error) error {
	for _, f := range formats() {
		if f.name != name {
			continue
		}
		canvas := f.canvas(width*pixel, tall*pixel)
		if err := paint(draw.New(canvas)); err != nil {
			return err
		}
		if _, err := canvas.WriteTo(w); err != nil {
			return fmt.Errorf("write chart: %w", err)
		}
		return nil
	}
	return fmt.Errorf("unknown chart format %q (valid: %v)", name, Formats())
}

// name of what the data are of, for errors.
func (d *Data) name() string {
	if d.Load == nil {
		return "the run"
	}
	return "load " + d.Load.Name
}
