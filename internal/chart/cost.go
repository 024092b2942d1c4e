package chart

import (
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
)

var cost = Chart{
	Name: "cpu", Title: "CPU per request", height: height,
	Doc:     "CPU time of the server's processes for one request: what a style costs where all serve the same.",
	Applies: func(d *Data) bool { return hasRows(d) && measures(d, metric.CPUPerRequest) },
	draw: func(c draw.Canvas, d *Data) error {
		bars := barsOf(d, metric.CPUPerRequest)
		s := timeScale(largest(bars))
		c = notes(key(c, barKey(bars)), invalidNotes(d))
		panel{"CPU time per request", s, bars, true, 8}.draw(c)
		return nil
	},
}

// measures says whether any row has a number for a metric.
func measures(d *Data, id string) bool {
	for i := range d.Rows {
		if d.Rows[i].Values[id].Median.OK {
			return true
		}
	}
	return false
}
