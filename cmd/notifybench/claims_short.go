package main

import (
	"time"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// shortClaimsBudget is the time of all core claims together, six minutes, without what
// builds, calibrations and reports take.
const shortClaimsBudget = 5 * time.Minute

// shortClaims cuts scenarios to what their core claims need, two trials and windows that
// share the budget: all are shortened alike.
func shortClaims(list []*scenario.Scenario) []*scenario.Scenario {
	var core []*scenario.Scenario
	var length, overhead time.Duration
	for _, sc := range list {
		cut := scenario.ForClaims(sc, func(c *record.Claim) bool { return c.Core })
		if cut == nil {
			continue
		}
		core = append(core, cut)
		length += cut.ShortLength()
		overhead += time.Duration(scenario.Within(cut, cut.ShortLength()).Cells()) * plan.CellOverhead
	}
	share := 1.0
	if left := shortClaimsBudget - overhead; length > left {
		share = max(0.05, float64(left)/float64(length))
	}
	for i, sc := range core {
		core[i] = scenario.Within(sc, time.Duration(share*float64(sc.ShortLength())))
	}
	return core
}
