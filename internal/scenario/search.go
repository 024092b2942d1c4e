package scenario

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/shape"
	"github.com/notifybench/notifybench/internal/strict"
)

// CapacityKind is the name of the load that is searched for rather than given: no
// shape, since each of its trials has a rate of its own.
const CapacityKind = "capacity"

// Kinds lists every kind of load, shapes first.
func Kinds() []shape.Kind {
	return append(shape.Kinds(), shape.Kind{
		Name:    CapacityKind,
		Example: "{capacity: {from: 10/s, to: 50000/s, arrivals: uniform, budget: 3m}}",
		Summary: "search for the highest rate that meets the slo (arrivals: uniform or poisson); all keys are optional",
	})
}

// Limits on the budget of a search: below it no trial fits, beyond it lies a mistake.
const (
	minBudget = 10 * time.Second
	maxBudget = time.Hour
)

// Spec is the load in the notation of a scenario file.
func (l Load) Spec() string {
	if l.Search == nil {
		return l.Shape.String()
	}
	o := l.Search
	return fmt.Sprintf("{%s: {from: %s, to: %s, arrivals: %s, budget: %v}}", CapacityKind,
		shape.RateText(o.From), shape.RateText(o.To), o.Arrivals, o.Budget)
}

// Kind is the name of the load's kind.
func (l Load) Kind() string {
	if l.Search == nil {
		return l.Shape.Kind()
	}
	return CapacityKind
}

// search reads a load of the kind capacity; ok is false where it is another kind.
func (d *decoder) search(n strict.Node) (o *capacity.Options, ok bool) {
	if !n.IsMap() {
		return nil, false
	}
	pairs := n.Pairs("")
	if len(pairs) != 1 || pairs[0].Key != CapacityKind {
		return nil, false
	}
	body, options := pairs[0].Value, capacity.Defaults()
	m := body.Map("from", "to", "arrivals", "budget")
	sound := shape.DecodeRate(m.Get("from"), &options.From)
	sound = shape.DecodeRate(m.Get("to"), &options.To) && sound
	m.Get("arrivals").OneOf(&options.Arrivals, capacity.Uniform, capacity.Poisson)
	m.Get("budget").Duration(&options.Budget, minBudget, maxBudget)
	if sound && !capacity.Fits(options.From, options.To) {
		body.Notef("write a to of at least 1.1 × from",
			"a search from %s to %s has no two rates to choose from", shape.RateText(options.From), shape.RateText(options.To))
		sound = false
	}
	d.searched = append(d.searched, n)
	return &options, sound
}

// checkSearches refuses a search that cannot be judged.
func (d *decoder) checkSearches() {
	for _, n := range d.searched {
		if what, instead, ok := d.s.unsearchable(); ok {
			n.Note(what, instead)
		}
	}
}

// unsearchable says why no capacity can be searched for in the scenario, if so.
func (s *Scenario) unsearchable() (what, instead string, ok bool) {
	switch {
	case s.SLO == nil:
		return "a capacity search needs an slo to meet", "add slo: {p99: 400ms}", true
	case s.Drain < s.SLO.P99:
		return fmt.Sprintf("a drain of %v cuts off requests that the slo of %v allows", s.Drain, s.SLO.P99),
			fmt.Sprintf("write drain: %v or more", s.SLO.P99), true
	case s.Timeout < s.SLO.P99:
		return fmt.Sprintf("a timeout of %v cuts off requests that the slo of %v allows", s.Timeout, s.SLO.P99),
			fmt.Sprintf("write timeout: %v or more", s.SLO.P99), true
	case len(s.Timeline) > 0:
		return "a capacity search has no course that a timeline could change", "remove the timeline or the search", true
	}
	return "", "", false
}

// OnlySearches is the scenario with its capacity loads alone or, where it has none,
// with one of the defaults.
func OnlySearches(s *Scenario) (*Scenario, error) {
	only := *s
	only.Loads, only.Migrate = nil, nil // what a rate would cost is taken from the loads left out
	for _, l := range s.Loads {
		if l.Search != nil {
			only.Loads = append(only.Loads, l)
		}
	}
	if len(only.Loads) > 0 {
		only.keepClaims()
		return &only, nil
	}
	if what, instead, ok := s.unsearchable(); ok {
		return nil, fmt.Errorf("%s: %s: %s", s.File, what, instead)
	}
	options := capacity.Defaults()
	only.Loads = []Load{{Name: "max", Search: &options}}
	only.keepClaims()
	return &only, nil
}
