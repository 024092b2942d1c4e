package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"

	"github.com/notifybench/notifybench/internal/metric"
)

// scale turns base units into those of an axis.
type scale struct {
	by   float64 // base units per unit of the axis
	unit string
}

// timeScale picks one unit for all times up to a largest one.
func timeScale(ns float64) scale {
	switch {
	case ns >= 20e9:
		return scale{1e9, "s"}
	case ns >= 1e6:
		return scale{1e6, "ms"}
	}
	return scale{1e3, "µs"}
}

// byteScale picks one unit for all sizes up to a largest one.
func byteScale(b float64) scale {
	switch {
	case b >= 2<<30:
		return scale{1 << 30, "GiB"}
	case b >= 2<<20:
		return scale{1 << 20, "MiB"}
	}
	return scale{1 << 10, "KiB"}
}

// linear puts about n round ticks on an axis in base units.
func linear(n int, s scale) plot.Ticker {
	return plot.TickerFunc(func(lo, hi float64) []plot.Tick {
		step := roundStep((hi - lo) / s.by / float64(n))
		var ticks []plot.Tick
		for i := math.Ceil(lo / s.by / step); i*step <= hi/s.by*(1+1e-9); i++ {
			ticks = append(ticks, plot.Tick{Value: i * step * s.by, Label: label(i*step, step)})
		}
		return ticks
	})
}

// logarithmic puts ticks at 1, 2 and 5 of every decade; where there is less than
// one decade, round linear steps, which are then spaced by the logarithm.
func logarithmic(n int, s scale) plot.Ticker {
	return plot.TickerFunc(func(lo, hi float64) []plot.Tick {
		if hi/lo < 8 {
			return linear(n, s).Ticks(lo, hi)
		}
		few := hi/lo > 1e3
		var ticks []plot.Tick
		for e := math.Floor(math.Log10(lo / s.by)); ; e++ {
			for _, m := range []float64{1, 2, 5} {
				v := m * math.Pow(10, e)
				if v*s.by > hi*(1+1e-9) {
					return ticks
				}
				t := plot.Tick{Value: v * s.by}
				if m == 1 || !few {
					t.Label = label(v, m*math.Pow(10, e))
				}
				if t.Value >= lo*(1-1e-9) {
					ticks = append(ticks, t)
				}
			}
		}
	})
}

// roundStep is the smallest of 1, 2, 2.5, 5 × 10^n that is not below a step.
func roundStep(step float64) float64 {
	if step <= 0 || math.IsNaN(step) || math.IsInf(step, 0) {
		return 1
	}
	e := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*e >= step*(1-1e-9) {
			return m * e
		}
	}
	return 10 * e
}

// label prints a tick with the decimals its step needs.
func label(v, step float64) string {
	if v == 0 {
		v = 0 // a negative zero has a sign
	}
	decimals := 0
	for d := step; decimals < 6 && math.Abs(d-math.Round(d)) > 1e-6*d; d *= 10 {
		decimals++
	}
	return metric.Thousands(strconv.FormatFloat(v, 'f', decimals, 64))
}
