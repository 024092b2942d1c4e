package chart

import (
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
)

var memory = Chart{
	Name: "memory", Title: "Memory: at the peak, and for each request in flight", height: height,
	Doc: "Left: largest proportional set size of the server's processes. " +
		"Right: what is above idle, divided by the requests in flight.",
	Applies: func(d *Data) bool { return hasRows(d) && measures(d, metric.PeakPSS) },
	draw: func(c draw.Canvas, d *Data) error {
		peak, each := barsOf(d, metric.PeakPSS), barsOf(d, metric.PSSPerInFlight)
		for i := range each {
			if !d.Rows[i].Shown() {
				each[i].text = "" // said on the left
			}
		}
		c = notes(key(c, barKey(peak)), invalidNotes(d))
		w := c.Max.X - c.Min.X
		panel{"peak PSS", byteScale(largest(peak)), peak, true, 5}.draw(draw.Crop(c, 0, -w*0.42, 0, 0))
		panel{"PSS above idle per request in flight", byteScale(largest(each)), each, false, 4}.
			draw(draw.Crop(c, w*0.585, 0, 0, 0))
		return nil
	},
}
