package metric

import "slices"

// pool puts the requests of all trials together, for the curve.
func (r *Row) pool(cells []*measured) {
	var times []int64
	for _, c := range cells {
		if len(c.times) == 0 {
			r.Curve = Curve{Why: c.Curve.Why}
			return
		}
		times = append(times, c.times...)
	}
	slices.Sort(times)
	r.Curve = curveOf(times)
}

// poolFew takes the quantiles for which no trial has enough requests from all
// trials together.
func (r *Row) poolFew(cells []*measured) {
	for _, m := range All() {
		s := r.Values[m.ID]
		if m.quantile == 0 || s.Median.OK || s.Median.Unbounded() {
			continue
		}
		var times []int64
		for _, c := range cells {
			times = append(times, c.few[m.ID]...)
		}
		slices.Sort(times)
		if v := quantileOf(times, m.quantile, cells[0].window); v.OK || v.Unbounded() {
			r.Values[m.ID] = Spread{Median: v, Pooled: true}
		}
	}
}
