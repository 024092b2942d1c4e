package metric

import (
	"math"

	"github.com/notifybench/notifybench/internal/stats"
)

// Curve is a latency distribution as a few points, evenly spaced in the number
// of nines, up to the quantile that its samples support.
type Curve struct {
	Points  []Point `json:"points,omitempty"`
	Samples int     `json:"samples"`
	Why     string  `json:"why,omitempty"` // why it has no points, or stops early
}

// Point is one quantile.
type Point struct {
	Q  float64 `json:"q"`
	NS float64 `json:"ns"`
}

const curvePoints = 60

// curveOf draws the curve of sorted times. It stops where requests without an
// answer begin.
func curveOf(sorted []int64) Curve {
	c := Curve{Samples: len(sorted)}
	top, ok := stats.Supported(len(sorted))
	if !ok {
		c.Why = "too few samples"
		return c
	}
	nines := -math.Log10(1 - top)
	for i := range curvePoints {
		q := 1 - math.Pow(10, -nines*float64(i)/(curvePoints-1))
		v, ok := stats.Quantile(sorted, min(q, top))
		if !ok {
			continue
		}
		if q > 0 && q < 0.01 { // the single fastest requests tell nothing
			continue
		}
		if v == never {
			c.Why = "beyond this, requests had no answer"
			break
		}
		c.Points = append(c.Points, Point{Q: q, NS: float64(v)})
	}
	return c
}
