package migrate

import (
	"math"
	"strconv"

	"github.com/notifybench/notifybench/internal/metric"
)

// Unit says how a figure prints.
type Unit string

// The units.
const (
	Seconds Unit = "s"
	Bytes   Unit = "B" // in powers of 1000, as memory is priced
	Whole   Unit = "whole"
	Number  Unit = ""
)

type scale struct {
	by   float64
	name string
}

func (u Unit) scaleOf(v float64) scale {
	scales := map[Unit][]scale{
		Seconds: {{1, " s"}, {1e-3, " ms"}, {1e-6, " µs"}},
		Bytes:   {{1e12, " TB"}, {1e9, " GB"}, {1e6, " MB"}, {1e3, " kB"}},
	}[u]
	for i, s := range scales {
		if math.Abs(v) >= s.by*0.995 || i == len(scales)-1 {
			return s
		}
	}
	return scale{1, ""}
}

func (u Unit) print(v float64, s scale) string { return u.number(v, s) + s.name }

// number is a value in a scale. Instances are counted one by one up to a hundred.
func (u Unit) number(v float64, s scale) string {
	if u == Whole && v < 100 {
		return metric.Thousands(strconv.FormatFloat(v, 'f', 0, 64))
	}
	return Digits(v/s.by, 2)
}

// Exactly prints what was measured, with three digits.
func (u Unit) Exactly(v float64) string {
	s := u.scaleOf(v)
	return Digits(v/s.by, 3) + s.name
}
