package metric

import "slices"

// pool puts the requests of all trials together: for the curve, and for those
// quantiles that a trial alone has too few of.
func (r *Row) pool(cells []*measured) {
	_, r.Curve = poolTimes(cells)
	for _, m := range All() {
		s := r.Values[m.ID]
		if m.quantile == 0 || s.Median.OK || s.Median.Unbounded() {
			continue
		}
		if v := quantileOf(poolFew(m.ID, cells), m.quantile, cells[0].window); v.OK || v.Unbounded() {
			r.Values[m.ID] = Spread{Median: v, Pooled: true}
		}
	}
}

// poolFew sorts the times of a quantile into one list, from the cells that have too
// few of them for it.
func poolFew(id string, cells []*measured) []int64 {
	var times []int64
	for _, c := range cells {
		times = append(times, c.few[id]...)
	}
	slices.Sort(times)
	return times
}

// poolTimes sorts the times of all cells into one; nil, and a curve that says why,
// where one of them has none.
func poolTimes(cells []*measured) ([]int64, Curve) {
	var times []int64
	for _, c := range cells {
		if len(c.times) == 0 {
			return nil, Curve{Why: c.Curve.Why}
		}
		times = append(times, c.times...)
	}
	slices.Sort(times)
	return times, curveOf(times)
}
