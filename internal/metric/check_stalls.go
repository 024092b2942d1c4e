package metric

import "math"

// checkStalls: a stall begins somewhere within a nap, of which it is not known where.
// Half a nap of each goes unseen on average: to add it would make a stall of 6 ms,
// with the little that is known of one, a reason to doubt a short slice.
var checkStalls = Check{
	ID: "stalls",
	Doc: "time in which a thread of ours that slept on the load side's cores was more than 5 ms late, of the window, " +
		"less what it waited because other threads ran there",
	Flag:    "> 0.5%",
	Invalid: "> 2%",
	run: func(f *facts) result {
		s := f.cell.Machine.Stalls
		if s == nil || s.Watched <= 0 {
			return unchecked("stalls of the machine were not measured")
		}
		share := float64(s.Time) / float64(s.Watched)
		se := float64(s.Nap) / math.Sqrt(12) * math.Sqrt(float64(s.Count)) / float64(s.Watched)
		return found(surely(share, se, 0.005, 0.02), "the cores of the load side stood still %s of the time: %s, the longest of %s",
			percent(share), Count(s.Count, "stall"), Time(float64(s.Longest)))
	},
}
