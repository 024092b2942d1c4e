package stats

import (
	"math"
	"slices"
)

// TwoSample is by how much a second sample lies above a first: of trials that were not
// interleaved, so that there are no pairs. The estimate is that of Hodges and Lehmann,
// the median of the differences (or ratios) between every value of the second and every
// value of the first.
type TwoSample struct {
	Estimate float64  `json:"estimate"`
	Interval Interval `json:"interval"`
	// Confidence is that of the interval: it is exact, and so as much as was asked for or
	// a little more.
	Confidence float64 `json:"confidence"`
	Trials     [2]int  `json:"trials"`
}

// Shift is how far b lies above a, in the unit of both: the interval that the exact
// distribution of the Mann–Whitney statistic gives (Hollander, Wolfe and Chicken:
// Nonparametric Statistical Methods, section 4.3). It assumes that the two are
// distributions of one form, whatever it is; values that are equal make it wider than it
// need be, never narrower. ok is false where either has fewer than MinTrials values, or
// where they are too few for the confidence.
//
// It knows of the trials' scatter only. What the two runs as a whole differ by, the hour
// for one, is part of the shift.
func Shift(a, b []float64, confidence float64) (s TwoSample, ok bool) {
	if len(a) < MinTrials || len(b) < MinTrials {
		return s, false
	}
	c, missed := outermost(rankSum(len(a), len(b)), (1-confidence)/2)
	if c == 0 {
		return s, false
	}
	differences := make([]float64, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			differences = append(differences, y-x)
		}
	}
	slices.Sort(differences)
	s.Estimate, _ = Median(differences)
	s.Interval = Interval{differences[c-1], differences[len(differences)-c]}
	s.Confidence = 1 - 2*missed
	s.Trials = [2]int{len(a), len(b)}
	return s, true
}

// ShiftRatio is how many times a b is: Shift of the logarithms. ok is false where a value
// is not positive, too.
func ShiftRatio(a, b []float64, confidence float64) (TwoSample, bool) {
	x, okA := logarithms(a)
	y, okB := logarithms(b)
	s, ok := Shift(x, y, confidence)
	if !ok || !okA || !okB {
		return TwoSample{}, false
	}
	s.Estimate = math.Exp(s.Estimate)
	s.Interval = Interval{math.Exp(s.Interval.Lo), math.Exp(s.Interval.Hi)}
	return s, true
}

func logarithms(xs []float64) (logs []float64, ok bool) {
	for _, x := range xs {
		if !(x > 0) {
			return nil, false
		}
		logs = append(logs, math.Log(x))
	}
	return logs, true
}

// outermost is the largest c for which fewer than c of the differences lie on one side of
// the shift with a probability of at most tail, and that probability; 0: there is none.
func outermost(p []float64, tail float64) (c int, missed float64) {
	sum := 0.0
	for u, of := range p {
		if sum+of > tail {
			return u, sum
		}
		sum += of
	}
	return len(p), sum
}

// rankSum is the distribution of the Mann–Whitney statistic, the number of pairs of which
// the second is the larger, of m and n values drawn from one distribution: element u is
// the probability of u. By the recursion of Mann and Whitney (1947) on which sample has
// the largest value; all terms are positive, so that nothing is lost to rounding.
func rankSum(m, n int) []float64 {
	fewer := make([][]float64, n+1) // with one value of the first sample less
	for j := range fewer {
		fewer[j] = []float64{1}
	}
	for i := 1; i <= m; i++ {
		now := make([][]float64, n+1)
		now[0] = []float64{1}
		for j := 1; j <= n; j++ {
			p := make([]float64, i*j+1)
			second := float64(j) / float64(i+j) // the largest of all is of the second sample: above i of the first
			for u, of := range now[j-1] {
				p[u+i] += second * of
			}
			for u, of := range fewer[j] {
				p[u] += (1 - second) * of
			}
			now[j] = p
		}
		fewer = now
	}
	return fewer[n]
}
