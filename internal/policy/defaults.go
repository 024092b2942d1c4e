package policy

import (
	"time"

	"github.com/notifybench/notifybench/internal/gate"
)

// Names of the loads that the default rules are about.
const (
	loadOpen = "open"
	loadFull = "full"
)

// achieved is the one metric that says something of a closed load only.
const achieved = "achieved"

// defaultScenario is what is measured where a policy does not say.
const defaultScenario = "gate"

// defaultBudget is what a server may take: three times what the last look takes as a rule.
const defaultBudget = 15 * time.Minute

// Default is the policy of which nothing is said. Its rules hold for a scenario with a
// load "open" and a load "full".
func Default() gate.Policy {
	return gate.Policy{
		Rules: defaultRules(), Looks: []int{8, 12, 16, 24}, Confirm: 8,
		Error: 0.01, Miss: 0.05, MaxInvalid: 0.25,
	}
}

// defaultRules are the metrics that are gated where a policy names none, and what is
// taken for those keys of a metric that it leaves out.
func defaultRules() []gate.Rule {
	return []gate.Rule{
		{Metric: "cpu_per_request", Load: loadOpen, Tolerance: 0.05, Effect: 0.01},
		{Metric: "added_p50", Load: loadOpen, Tolerance: 0.05, Effect: 0.01},
		{Metric: "added_p99", Load: loadOpen, Tolerance: 0.20, Effect: 0.05},
		{Metric: achieved, Load: loadFull, Higher: true, Tolerance: 0.05, Effect: 0.01},
		{Metric: "peak_pss", Load: loadOpen, Tolerance: 0.05, Effect: 0.01, Floor: 2 << 20},
	}
}

// effectsPerTolerance is how many effects make a tolerance, where nothing else is known.
const effectsPerTolerance = 5
