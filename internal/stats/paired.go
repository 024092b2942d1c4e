package stats

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Ratio is the outcome of comparing two rows by trials that were interleaved:
// each pair saw the same minute of the same machine and the same schedule, so
// that drift cancels.
type Ratio struct {
	Median   float64   `json:"median"`
	Interval *Interval `json:"interval,omitempty"` // absent with fewer than MinTrials pairs
	Pairs    int       `json:"pairs"`
	Warnings []string  `json:"warnings,omitempty"`
}

// ToldApart says whether the two differ: there are enough pairs, and their
// min–max interval excludes 1.
func (r Ratio) ToldApart() bool { return r.Interval != nil && !r.Interval.Contains(1) }

// Ratios compares a with b, keyed by trial: the ratio a/b of every trial that
// both have. ok is false when there is none. A pair with b = 0 has no ratio and
// is left out with a warning.
func Ratios(a, b map[int]float64) (r Ratio, ok bool) {
	var ratios []float64
	zeros := 0
	for trial, num := range a {
		den, both := b[trial]
		switch {
		case !both:
		case den == 0:
			zeros++
		default:
			ratios = append(ratios, num/den)
		}
	}
	r.Pairs = len(ratios)
	if zeros > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d pairs left out: divided by zero", zeros))
	}
	if r.Median, ok = Median(ratios); !ok {
		return r, false
	}
	if i, enough := MinMax(ratios); enough {
		r.Interval = &i
	} else {
		r.Warnings = append(r.Warnings, fmt.Sprintf("fewer than %d trials: no order claimed", MinTrials))
	}
	return r, true
}

// SlicedRatios is Ratios of trials that were cut into slices, keyed by trial and
// slice: the ratio of a trial is the geometric mean of those of its neighbouring
// slices, so that drift within the trial cancels too. The slices of a trial share
// processes and machine; what is counted, and drawn an interval from, is trials.
func SlicedRatios(a, b map[int]map[int]float64) (r Ratio, ok bool) {
	num, den := map[int]float64{}, map[int]float64{}
	lost := 0
	for trial, bySlice := range a {
		sum, n := 0.0, 0
		for _, slice := range slices.Sorted(maps.Keys(bySlice)) { // in order: a sum of floats depends on it
			x := bySlice[slice]
			switch y, both := b[trial][slice]; {
			case !both:
			case x <= 0 || y <= 0:
				lost++
			default:
				sum += math.Log(x / y)
				n++
			}
		}
		if n > 0 {
			num[trial], den[trial] = math.Exp(sum/float64(n)), 1
		}
	}
	r, ok = Ratios(num, den)
	if lost > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d pairs of slices left out: one is zero", lost))
	}
	return r, ok
}
