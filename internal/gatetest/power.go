package gatetest

import (
	"cmp"
	"slices"
)

// Power is how often a metric finds a kind of injection, level by level.
type Power struct {
	Kind   Kind    `json:"kind"`
	Metric string  `json:"metric"` // that finds it
	Points []Point `json:"points"` // ascending
	// Found90 is the smallest change that is found in 90% of the gates, by straight lines
	// between the points; absent: none of the levels is found so often.
	Found90 *float64 `json:"found_90,omitempty"`
}

// Point is a level: by how much the metric was worse, and how often that was found by it alone.
type Point struct {
	Change float64 `json:"change"`
	Found  Rate    `json:"found"`
}

// wellFound is the share from which an injection is said to be found.
const wellFound = 0.90

// powers are those of all metrics that ought to show something, in the order of the rows.
func powers(rows []Row) []Power {
	var all []Power
	for i := range rows {
		for _, metric := range shows(rows[i].Injection) {
			m := rows[i].Of(metric)
			if m == nil || m.Alone == nil || m.Change == nil {
				continue
			}
			k := slices.IndexFunc(all, func(p Power) bool { return p.Kind == rows[i].Kind && p.Metric == metric })
			if k < 0 {
				k = len(all)
				all = append(all, Power{Kind: rows[i].Kind, Metric: metric})
			}
			all[k].Points = append(all[k].Points, Point{*m.Change, *m.Alone})
		}
	}
	for i := range all {
		points := all[i].Points
		slices.SortStableFunc(points, func(a, b Point) int { return cmp.Compare(a.Change, b.Change) })
		if x, ok := smallest(points, wellFound); ok {
			all[i].Found90 = &x
		}
	}
	return all
}

// smallest is the change from which on such a share is found, by straight lines between
// points in ascending order and from nothing: no change, never found. A point from which
// a larger change is found less often is chance; the line goes from the last one below.
func smallest(points []Point, share float64) (change float64, ok bool) {
	var last Point
	for _, p := range points {
		if p.Change <= 0 {
			continue // not worse at all: whatever is found there is not a power
		}
		if p.Found.Share >= share {
			return last.Change + (p.Change-last.Change)*(share-last.Found.Share)/(p.Found.Share-last.Found.Share), true
		}
		last = p
	}
	return 0, false
}
