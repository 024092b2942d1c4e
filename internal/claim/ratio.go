package claim

import (
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var ratio = judge{
	kind: record.JudgeRatio,
	doc:  "the metric is so many times that of another row, within the tolerance",
	check: func(c *record.Claim, _ metric.Metric) []Problem {
		return join(plain(c), positive(c), tolerated(c), compared(c))
	},
	read: func(l look) reading {
		r := l.against(around(l.claim.Judge.Value, l.claim.Judge.Tolerance))
		r.outside = ", where " + digits(l.claim.Judge.Value) + " times is stated"
		return r
	},
}
