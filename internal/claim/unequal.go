package claim

import "github.com/notifybench/notifybench/internal/metric"

// unequal says that one of two rows did other work than the rows in common: their
// figures are not compared. Metrics that count calls or what became of requests are
// exempt: more work for more of it is what they show.
func (l look) unequal(rows ...*metric.Row) absence {
	if countsWork(l.metric) {
		return absence{}
	}
	for _, r := range rows {
		if r.Unequal != "" {
			return absence{UnequalWork, "unequal work: " + r.Subject + " " + r.Unequal}
		}
	}
	return absence{}
}

func countsWork(m metric.Metric) bool {
	switch m.ID {
	case metric.Errors, metric.Partial:
		return true
	}
	return m.Unit == metric.Calls || m.Unit == metric.Requests
}
