package policy

import "time"

// achieved is the one metric that says something of a closed load only.
const achieved = "achieved"

// defaultScenario is what is measured where a policy does not say.
const defaultScenario = "gate"

// defaultBudget is what a server may take: three times what the last look takes as a rule.
const defaultBudget = 15 * time.Minute

// effectsPerTolerance is how many effects make a tolerance, where nothing else is known.
const effectsPerTolerance = 5
