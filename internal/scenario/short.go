package scenario

import (
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/shape"
)

// shortBudget is the time all cells of a short run may take together, builds,
// starts and reports not counted.
const shortBudget = 45 * time.Second

const (
	shortTrials = 2
	shortSlices = 4
)

// Cells is how many measurements the scenario takes, each slice counted, those of
// searches not.
func (s *Scenario) Cells() int {
	return s.pairs(func(l Load) bool { return l.Search == nil }) * s.Trials * max(1, s.Slices.Count)
}

// searches is how many of the loads are searched for.
func (s *Scenario) searches() (n int) {
	for _, l := range s.Loads {
		if l.Search != nil {
			n++
		}
	}
	return n
}

// SearchLength is the time that all capacity searches may take together.
func (s *Scenario) SearchLength() (sum time.Duration) {
	for _, l := range s.Loads {
		if l.Search != nil {
			rows := s.pairs(func(other Load) bool { return other.Name == l.Name })
			sum += time.Duration(rows*s.Trials) * l.Search.Budget
		}
	}
	return sum
}

// Length is the time these cells take together, each with a full drain.
func (s *Scenario) Length() time.Duration {
	slices := max(1, s.Slices.Count)
	whole := s.Warmup + time.Duration(slices-1)*s.Slices.Warmup + time.Duration(slices)*(s.Duration+s.Drain)
	return time.Duration(s.Cells()/slices) * whole
}

// Short is the scenario cut to fit shortBudget: at most two trials of four slices,
// and where that is not enough every time of the run shortened alike, loads and timelines
// that change included. Rates, latencies and the timeout of a request stay. It
// shows that everything works; it is too short to rank by.
func Short(s *Scenario) *Scenario { return Within(s, shortBudget) }

// Within is Short for another budget.
func Within(s *Scenario, budget time.Duration) *Scenario {
	cut := *s
	cut.Trials = min(s.Trials, shortTrials)
	cut.Slices.Count = min(s.Slices.Count, shortSlices)
	if s.searches() > 0 {
		return shortSearches(&cut, budget)
	}
	if cut.Length() <= budget {
		return &cut
	}
	factor := float64(budget) / float64(cut.Length())
	cut.Warmup = scale(s.Warmup, factor)
	cut.Duration = max(time.Millisecond, scale(s.Duration, factor))
	cut.Drain = scale(s.Drain, factor)
	cut.Slices.Warmup = scale(s.Slices.Warmup, factor)
	cut.Loads = slices.Clone(s.Loads)
	for i := range cut.Loads {
		cut.Loads[i].Shape = shape.Scale(s.Loads[i].Shape, factor)
	}
	cut.Timeline = slices.Clone(s.Timeline)
	for i := range cut.Timeline {
		cut.Timeline[i].At = scale(s.Timeline[i].At, factor)
	}
	return &cut
}

// shortSearches cuts a scenario with capacity searches: one search of each row, whose
// budgets share the time. Budgets so short find a wide bracket, or a rough one. The
// drain stays: it must outlast the objective.
func shortSearches(s *Scenario, budget time.Duration) *Scenario {
	s.Trials = 1
	drains := time.Duration(s.Cells()) * s.Drain
	factor := float64(budget-min(drains, budget/2)) / float64(max(s.Length()+s.SearchLength()-drains, budget))
	s.Warmup = scale(s.Warmup, factor)
	s.Duration = max(time.Millisecond, scale(s.Duration, factor))
	s.Loads = slices.Clone(s.Loads)
	for i, l := range s.Loads {
		if l.Search == nil {
			s.Loads[i].Shape = shape.Scale(l.Shape, factor)
			continue
		}
		search := *l.Search
		search.Budget = scale(search.Budget, factor)
		s.Loads[i].Search = &search
	}
	return s
}

// scale shortens a time, to a whole number of milliseconds below.
func scale(t time.Duration, factor float64) time.Duration {
	return time.Duration(float64(t) * factor).Truncate(time.Millisecond)
}
