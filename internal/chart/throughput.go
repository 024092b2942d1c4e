package chart

import (
	"gonum.org/v1/plot/vg/draw"

	"github.com/notifybench/notifybench/internal/metric"
)

var throughput = Chart{
	Name: "throughput", Title: "Throughput, and what bounds it", height: height,
	Doc: "Good answers per second. A bar that reaches its dashed ceiling says more about the ceiling " +
		"than about the server.",
	Applies: hasRows,
	draw: func(c draw.Canvas, d *Data) error {
		bars := barsOf(d, metric.Achieved)
		for i := range bars {
			r := &d.Rows[i]
			if r.Bound.Planned && r.Bound.To == 0 { // the bar is of the whole window
				bars[i].mark = r.Bound.Rate
			}
			if r.State == metric.Measured {
				bars[i].note = bound(r)
			}
		}
		c = notes(key(c, barKey(bars)), invalidNotes(d))
		panel{"achieved", scale{1, "req/s"}, bars, true, 8}.draw(c)
		return nil
	},
}

func bound(r *metric.Row) string {
	if r.Bound.Kind == metric.Unexplained {
		return "not explained by a known ceiling"
	}
	return "bound by " + r.Bound.Kind
}

// hasRows says whether there is anything to show.
func hasRows(d *Data) bool {
	for i := range d.Rows {
		if d.Rows[i].Shown() {
			return true
		}
	}
	return false
}
