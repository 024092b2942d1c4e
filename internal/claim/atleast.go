package claim

import (
	"math"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

var atLeast = judge{
	kind:  record.JudgeAtLeast,
	doc:   "the metric is the stated value or more",
	check: func(c *record.Claim, m metric.Metric) []Problem { return join(fits(c, m), exact(c)) },
	read:  func(l look) reading { return l.single(span{l.claim.Judge.Value, math.Inf(1)}) },
}
