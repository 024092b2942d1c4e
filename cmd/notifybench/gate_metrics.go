package main

import (
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/policy"
)

// gateable are the metrics that a policy may name: those of which one value is better
// than another.
func gateable() (list []policy.Metric) {
	for _, m := range metric.All() {
		if m.Better != metric.Neither {
			list = append(list, policy.Metric{ID: m.ID, Unit: string(m.Unit), Higher: m.Better == metric.Higher})
		}
	}
	return list
}
