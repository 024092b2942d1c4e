package gate

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDefaultPolicyMakesSense(t *testing.T) {
	if err := Default().Check(); err != nil {
		t.Error(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		if err := drawPolicy(t).Check(); err != nil {
			t.Fatal(err)
		}
	})
}

// What makes no sense is said, by the name in the file, all of it at once.
func TestCheckSaysWhatMakesNoSense(t *testing.T) {
	for want, spoil := range map[string]func(*Policy){
		"error: 0 is not between":                      func(p *Policy) { p.Error = 0 },
		"miss: 0.5 is not between":                     func(p *Policy) { p.Miss = 0.5 },
		"max_invalid: NaN":                             func(p *Policy) { p.MaxInvalid = math.NaN() },
		"confirm: 3 blocks are too few":                func(p *Policy) { p.Confirm = 3 },
		"looks: none":                                  func(p *Policy) { p.Looks = nil },
		"looks: the first is after 3 blocks":           func(p *Policy) { p.Looks = []int{3, 8} },
		"looks: 8 after 8":                             func(p *Policy) { p.Looks = []int{8, 8} },
		"metrics: none":                                func(p *Policy) { p.Rules = nil },
		"metrics: added_p50: twice":                    func(p *Policy) { p.Rules[0].Metric = "added_p50" },
		"metrics: : no name":                           func(p *Policy) { p.Rules[0].Metric = "" },
		"cpu_per_request: effect: -1 is below 0":       func(p *Policy) { p.Rules[0].Effect = -1 },
		"cpu_per_request: tolerance 0.5% is below":     func(p *Policy) { p.Rules[0].Tolerance = 0.005 },
		"cpu_per_request: tolerance: NaN is not above": func(p *Policy) { p.Rules[0].Tolerance = math.NaN() },
		"cpu_per_request: floor: -1 is below 0":        func(p *Policy) { p.Rules[0].Floor = -1 },
	} {
		p := Default()
		spoil(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	p := Default()
	p.Error, p.Confirm, p.Looks = 2, 1, []int{1}
	if err := p.Check(); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("not all of three: %v", err)
	}
}

// What may be spent sums up to what the policy allows, over all looks and metrics.
func TestErrorIsSpentOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		alpha, miss := 0.0, 0.0
		for look := range p.Looks {
			alpha += p.alpha(look) * float64(len(p.Rules))
			miss += p.miss(look)
		}
		if math.Abs(alpha-p.Error) > 1e-12 || math.Abs(miss-p.Miss) > 1e-12 {
			t.Fatalf("%v of %v, %v of %v", alpha, p.Error, miss, p.Miss)
		}
	})
}
