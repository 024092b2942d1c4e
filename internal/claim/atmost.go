package claim

import (
	"math"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var atMost = judge{
	kind:  record.JudgeAtMost,
	doc:   "the metric is the stated value or less",
	check: func(c *record.Claim, m metric.Metric) []Problem { return join(fits(c, m), exact(c)) },
	read:  func(l look) reading { return l.single(span{math.Inf(-1), l.claim.Judge.Value}) },
}
