package metric

import "fmt"

// alikeCalls is how much more provider calls per request a row may make than the one
// that makes fewest, and still have done the same work.
const alikeCalls = 1.01

// unequalWork says which rows of a load made more provider calls per request than the
// one that made fewest, each in a note, and in words for the ranking; empty where all
// did the same work.
func unequalWork(rows []Row) (words string) {
	least, most := 0.0, 0.0
	calls := func(r *Row) (n float64, ok bool) {
		v := r.Values[CallsPerRequest].Median
		return v.V, r.State == Measured && v.OK
	}
	for i := range rows {
		if n, ok := calls(&rows[i]); ok {
			if least == 0 || n < least {
				least = n
			}
			most = max(most, n)
		}
	}
	if most <= alikeCalls*least {
		return ""
	}
	for i := range rows {
		if n, ok := calls(&rows[i]); ok && n > alikeCalls*least {
			rows[i].Notes = append(rows[i].Notes, fmt.Sprintf("%.2f provider calls per notification that ended well, where the "+
				"row with fewest made %.2f", n, least))
		}
	}
	return fmt.Sprintf("unequal work: from %.2f to %.2f provider calls per notification that ended well", least, most)
}
