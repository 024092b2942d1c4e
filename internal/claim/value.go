package claim

import (
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var value = judge{
	kind: record.JudgeValue,
	doc:  "the metric is the stated value, within the tolerance",
	check: func(c *record.Claim, m metric.Metric) []Problem {
		return join(fits(c, m), positive(c), tolerated(c))
	},
	read: func(l look) reading { return l.single(around(l.claim.Judge.Value, l.claim.Judge.Tolerance)) },
}
