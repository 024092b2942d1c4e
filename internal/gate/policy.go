package gate

import (
	"errors"
	"fmt"
	"math"

	"github.com/notifybench/notifybench/internal/stats"
)

// fewest is the number of blocks from which a deviation can be estimated at all.
const fewest = 4

// Default is the policy where a team has none: the metrics that a run under load tells most
// surely, tolerances that two or three minutes on a small shared machine can hold.
func Default() Policy {
	return Policy{
		Rules: []Rule{
			{Metric: "cpu_per_request", Load: "open", Tolerance: 0.05, Effect: 0.01},
			{Metric: "added_p50", Load: "open", Tolerance: 0.05, Effect: 0.01},
			{Metric: "added_p99", Load: "open", Tolerance: 0.20, Effect: 0.05},
			{Metric: "achieved", Load: "full", Higher: true, Tolerance: 0.05, Effect: 0.01},
			{Metric: "peak_pss", Load: "open", Tolerance: 0.05, Effect: 0.01, Floor: 2 << 20},
		},
		Looks: []int{8, 12, 16, 24}, Confirm: 8,
		Error: 0.01, Miss: 0.05, MaxInvalid: 0.25,
	}
}

// MostInvalid is the largest Policy.MaxInvalid: of fewer valid blocks than invalid ones it
// would be a choice which is which.
const MostInvalid = 0.5

// Check says everything about a policy that makes no sense. The names are those of a policy file.
func (p Policy) Check() error {
	problems := []error{
		within("error", p.Error, 0.5), within("miss", p.Miss, 0.5),
		p.checkLooks(), p.checkRules(),
	}
	if p.Confirm < fewest {
		problems = append(problems, fmt.Errorf("confirm: %d blocks are too few to confirm anything: at least %d", p.Confirm, fewest))
	}
	if !(p.MaxInvalid >= 0 && p.MaxInvalid <= MostInvalid) {
		problems = append(problems, fmt.Errorf("max_invalid: %v is not between 0 and %v: what rests on fewer than half of the blocks is no measurement", p.MaxInvalid, MostInvalid))
	}
	return errors.Join(problems...)
}

// within wants a probability above 0 and below most.
func within(name string, v, most float64) error {
	if v > 0 && v < most {
		return nil
	}
	return fmt.Errorf("%s: %v is not between 0 and %v", name, v, most)
}

func (p Policy) checkLooks() error {
	if len(p.Looks) == 0 {
		return errors.New("looks: none: say after how many blocks to look, as [8, 12, 16, 24]")
	}
	before := fewest - 1
	for i, n := range p.Looks {
		switch {
		case i == 0 && n < fewest:
			return fmt.Errorf("looks: the first is after %d blocks, which say nothing: at least %d", n, fewest)
		case n <= before:
			return fmt.Errorf("looks: %d after %d: each must be after more blocks than the one before", n, before)
		}
		before = n
	}
	return nil
}

func (p Policy) checkRules() error {
	if len(p.Rules) == 0 {
		return errors.New("metrics: none: there is nothing to decide")
	}
	var problems []error
	seen := map[string]bool{}
	for _, r := range p.Rules {
		if seen[r.Metric] {
			problems = append(problems, fmt.Errorf("metrics: %s: twice", r.Metric))
		}
		seen[r.Metric] = true
		if err := r.check(); err != nil {
			problems = append(problems, fmt.Errorf("metrics: %s: %w", r.Metric, err))
		}
	}
	return errors.Join(problems...)
}

func (r Rule) check() error {
	switch {
	case r.Metric == "":
		return errors.New("no name")
	case !(r.Effect >= 0):
		return fmt.Errorf("effect: %v is below 0", r.Effect)
	case !(r.Tolerance > 0) || math.IsInf(r.Tolerance, 0):
		return fmt.Errorf("tolerance: %v is not above 0", r.Tolerance)
	case r.Tolerance < r.Effect:
		return fmt.Errorf("tolerance %s is below effect %s: the same change would be tolerated and a regression", exactly(r.Tolerance), exactly(r.Effect))
	case !(r.Floor >= 0) || math.IsInf(r.Floor, 0):
		return fmt.Errorf("floor: %v is below 0", r.Floor)
	}
	return nil
}

// alpha is the error that one metric may spend at a look: the policy's, spent over the looks
// as stats.Spend does it, divided by the number of metrics.
func (p Policy) alpha(look int) float64 {
	return stats.Spend(p.Error/float64(len(p.Rules)), p.Looks)[look]
}

// miss is the same for a PASS; every metric has it to itself.
func (p Policy) miss(look int) float64 { return stats.Spend(p.Miss, p.Looks)[look] }
