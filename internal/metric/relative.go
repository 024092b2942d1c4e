package metric

import "github.com/notifybench/notifybench/internal/stats"

// relate gives every row of a load its cost against the cheapest: CPU per
// request, as the ratio of neighbouring trials. It is what a comparison can be
// trusted for where absolute figures drift with the machine. A row that did other work
// has none, and is none to compare with.
func relate(rows []Row) {
	cheapest := -1
	for i := range rows {
		cost := rows[i].Values[CPUPerRequest].Median
		if rows[i].comparable() && cost.OK &&
			(cheapest < 0 || cost.V < rows[cheapest].Values[CPUPerRequest].Median.V) {
			cheapest = i
		}
	}
	if cheapest < 0 {
		return
	}
	least := rows[cheapest].Values[CPUPerRequest]
	for i := range rows {
		if !rows[i].comparable() {
			continue
		}
		if ratio, ok := Ratio(rows[i].Values[CPUPerRequest], least); ok {
			rows[i].CPURatio, rows[i].CPUBase = &ratio, rows[cheapest].Subject
		}
	}
}

// comparable says that the row was measured, and did the work of the others.
func (r *Row) comparable() bool { return r.State == Measured && r.Unequal == "" }

// Ratio compares two rows by trials or, where they are cut into slices that were
// measured one by one, by the neighbouring slices within each trial.
func Ratio(a, b Spread) (stats.Ratio, bool) {
	if a.Slices != nil && b.Slices != nil {
		return stats.SlicedRatios(a.Slices, b.Slices)
	}
	return stats.Ratios(a.Trials, b.Trials)
}
