package chart

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
)

var latency = Chart{
	Name: "latency", Title: "Latency by percentile", height: height,
	Doc: "All requests of the valid trials. Every step to the right is ten times fewer requests; " +
		"a curve ends where fewer than ten samples lie beyond.",
	Applies: func(d *Data) bool {
		for i := range d.Rows {
			if hasCurve(&d.Rows[i]) {
				return true
			}
		}
		return false
	},
	draw: drawLatency,
}

func drawLatency(c draw.Canvas, d *Data) error {
	p := newPlot()
	p.Add(gridXY{})
	var entries []entry
	var remarks []string
	lo, hi, right := math.Inf(1), 0.0, 1.0
	for i := range d.Rows {
		r := &d.Rows[i]
		if !hasCurve(r) {
			remarks = append(remarks, "not drawn: "+r.Subject+" ("+whyNoCurve(r)+")")
			continue
		}
		l := curve{look: rowLook(d.Run, r), every: 12, first: 2 + 3*i, gap: math.Inf(1)}
		for _, pt := range r.Curve.Points {
			l.points = append(l.points, plotter.XY{X: nines(pt.Q), Y: pt.NS})
			lo, hi, right = min(lo, pt.NS), max(hi, pt.NS), max(right, nines(pt.Q))
		}
		if r.Curve.Why != "" {
			remarks = append(remarks, r.Subject+" stops early: "+r.Curve.Why)
		}
		p.Add(l)
		entries = append(entries, lineEntry(r.Subject+invalidMark(r), l.look))
	}
	remarks = append(remarks, invalidNotes(d)...)
	s := timeScale(hi)
	what := "response time, from the intended send"
	if !d.Load.Open {
		what = "service time, from the actual send"
	}
	p.Y.Scale = plot.LogScale{}
	p.Y.Min, p.Y.Max = lo/1.02, hi*1.04
	p.Y.Tick.Marker = logarithmic(7, s)
	p.X.Label.Text = "percentile"
	p.X.Min, p.X.Max = 0, right*1.01
	p.X.Tick.Marker = percentiles(right)
	c = notes(key(c, entries), remarks)
	p.Draw(above(c, fmt.Sprintf("%s (%s, logarithmic)", what, s.unit)))
	return nil
}

func hasCurve(r *metric.Row) bool { return r.Shown() && len(r.Curve.Points) > 1 }

// invalidMark is what the key adds to the name of a row that is not to be believed.
func invalidMark(r *metric.Row) string {
	if r.State == metric.AllInvalid {
		return " (invalid)"
	}
	return ""
}

func whyNoCurve(r *metric.Row) string {
	switch {
	case !r.Shown():
		return r.Absence()
	case r.Values[metric.P50].Median.Unbounded():
		return r.Values[metric.P50].Median.Instead
	}
	return r.Curve.Why
}

// nines is how many nines a quantile has: 0.99 has two.
func nines(q float64) float64 { return -math.Log10(1 - q) }

func percentiles(right float64) plot.Ticker {
	var ticks plot.ConstantTicks
	for _, p := range []float64{0, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999, 99.9999} {
		if x := nines(p / 100); x <= right*1.01 {
			ticks = append(ticks, plot.Tick{Value: x, Label: fmt.Sprintf("%g", p)})
		}
	}
	return ticks
}
