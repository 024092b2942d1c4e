package claim

import (
	"math"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var factor = judge{
	kind: record.JudgeFactor,
	doc:  "the metric is at least so many times that of another row",
	check: func(c *record.Claim, _ metric.Metric) []Problem {
		return join(plain(c), positive(c), exact(c), compared(c))
	},
	read: func(l look) reading {
		r := l.against(span{l.claim.Judge.Value, math.Inf(1)})
		r.outside = ", where at least " + digits(l.claim.Judge.Value) + " times is stated"
		return r
	},
}
