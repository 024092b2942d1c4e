package scenario

import (
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// Only is the scenario with these rows and loads alone, in its own order. Claims that
// need others are left out, and what others were to show beside them.
func Only(s *Scenario, rows, loads []string) *Scenario {
	only := *s
	only.Servers = slices.DeleteFunc(slices.Clone(s.Servers), func(v Server) bool { return !slices.Contains(rows, v.Label) })
	only.Loads = slices.DeleteFunc(slices.Clone(s.Loads), func(l Load) bool { return !slices.Contains(loads, l.Name) })
	only.keepClaims()
	return &only
}

// ForClaims is the scenario with the claims that keep holds for, and with the rows and
// loads that these need or show: none, where none of them is measured. It is nil where no claim is left.
func ForClaims(s *Scenario, keep func(*record.Claim) bool) *Scenario {
	kept := *s
	kept.Claims = nil
	var rows, loads []string
	for i := range s.Claims {
		c := &s.Claims[i]
		if !keep(&c.Claim) {
			continue
		}
		kept.Claims = append(kept.Claims, *c)
		for _, p := range append(c.Needs(), c.Beside()...) {
			rows, loads = append(rows, p.Row), append(loads, p.Load)
		}
	}
	if len(kept.Claims) == 0 {
		return nil
	}
	return Only(&kept, rows, loads)
}

// keepClaims drops what the rows and loads there are do not settle.
func (s *Scenario) keepClaims() {
	rows, loads := s.rowLabels(), s.loadNames()
	gone := func(p record.Point) bool {
		return !slices.Contains(rows, p.Row) || !slices.Contains(loads, p.Load) ||
			p.To != "" && !slices.Contains(rows, p.To)
	}
	var kept []Claim
	for _, c := range s.Claims {
		if slices.ContainsFunc(c.Needs(), gone) {
			continue
		}
		c.Instead = without(c.Instead, gone)
		c.Go = without(c.Go, func(row string) bool { return !slices.Contains(rows, row) })
		if c.Solve != nil && gone(record.Point{Row: c.Solve.Row, Load: c.Solve.Load}) {
			c.Solve = nil
		}
		kept = append(kept, c)
	}
	s.Claims = kept
}

// without is a list without some of it, nil where nothing is left.
func without[T any](list []T, gone func(T) bool) (left []T) {
	for _, v := range list {
		if !gone(v) {
			left = append(left, v)
		}
	}
	return left
}

// ShortLength is the time that the cells of a short run, of no particular budget, take
// together: what budgets are shared by.
func (s *Scenario) ShortLength() time.Duration {
	cut := *s
	cut.Trials, cut.Slices.Count = min(s.Trials, shortTrials), min(s.Slices.Count, shortSlices)
	if cut.searches() > 0 {
		cut.Trials = 1
	}
	return cut.Length() + cut.SearchLength()
}
