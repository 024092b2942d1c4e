package metric

import (
	"fmt"
	"slices"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Capacity is the ID of what a row of a capacity load is ranked by. It is no metric
// of a cell: it takes a whole search.
const Capacity = "capacity_req_per_s"

var capacityMetric = Metric{ID: Capacity, Name: "capacity", Unit: PerSecond, Better: Higher,
	Doc: "the highest rate, on a grid of 3%, at which 99 of 100 requests are answered well and within the SLO"}

// SearchCurve is one capacity search: what was tried, and what came of it.
type SearchCurve struct {
	Subject string        `json:"subject"`
	Load    string        `json:"load"`
	Trial   int           `json:"trial"`
	Status  string        `json:"status"`
	Outcome string        `json:"outcome,omitempty"`
	Holds   float64       `json:"holds,omitempty"` // req/s; 0: none
	Fails   float64       `json:"fails,omitempty"`
	Words   string        `json:"words,omitempty"`
	Points  []SearchPoint `json:"points,omitempty"`
}

// SearchPoint is one trial of a search.
type SearchPoint struct {
	Cell     int     `json:"cell"`
	Rate     float64 `json:"rate"` // offered, req/s
	Phase    string  `json:"phase"`
	Verdict  string  `json:"verdict"`
	P99      Value   `json:"p99"` // as judged, of however few requests
	Achieved Value   `json:"achieved"`
}

// Bracket is the capacity of a row: of several searches, the one in the middle.
type Bracket struct {
	Holds   float64 `json:"holds"`           // req/s
	Fails   float64 `json:"fails,omitempty"` // 0: not known to fail
	Limited bool    `json:"limited,omitempty"`
	Words   string  `json:"words"`
}

func curvesOf(run *record.Run, cells []measured) []SearchCurve {
	var curves []SearchCurve
	for _, s := range run.Searches {
		c := SearchCurve{Subject: s.Subject, Load: s.Load, Trial: s.Trial, Status: s.Status, Outcome: s.Outcome,
			Holds: s.Holds, Fails: s.Fails, Words: s.Words}
		for _, step := range s.Steps {
			p := SearchPoint{Cell: step.Cell, Rate: step.Rate, Phase: step.Phase, Verdict: step.Verdict}
			if step.Cell < len(cells) {
				p.P99, p.Achieved = cells[step.Cell].judged, cells[step.Cell].Values[Achieved]
			}
			c.Points = append(c.Points, p)
		}
		curves = append(curves, c)
	}
	return curves
}

// capacityRow sums up the searches of a subject. Its values are those of the trials
// at the highest rate that held, one of each search; other trials are no part of
// any row.
func capacityRow(run *record.Run, subject *record.Subject, load *record.Load, cells []measured) Row {
	row := Row{Subject: subject.ID, Load: load.Name, Processes: max(subject.Processes, 1)}
	var knees []*measured
	var held []record.Search
	for _, s := range run.Searches {
		if s.Subject != subject.ID || s.Load != load.Name {
			continue
		}
		if s.Words != "" {
			row.Notes = append(row.Notes, searchWords(run, &s))
			row.Trials++
		}
		if knee := kneeOf(&s, cells); knee != nil {
			knees, held = append(knees, knee), append(held, s)
		}
	}
	if len(held) == 0 {
		explainNoCapacity(&row, run, subject)
		return row
	}
	row.State, row.Valid = Measured, len(held)
	row.fill(knees)
	row.Audit = auditOf(knees)
	row.bracket(held)
	if row.Bound.Kind == Unexplained {
		row.boundAbove(held, cells)
	}
	for _, level := range []Level{Flagged, Unchecked} {
		if flags := summarizeReasons(knees, level); flags != "" {
			row.Notes = append(row.Notes, flags)
		}
	}
	return row
}

func searchWords(run *record.Run, s *record.Search) string {
	words := s.Words
	if s.Status == record.StatusInterrupted {
		words += " (interrupted)"
	}
	if run.Scenario.Trials > 1 {
		return fmt.Sprintf("search %d: %s", s.Trial, words)
	}
	return words
}

// kneeOf is the last trial that held at the highest rate that holds.
func kneeOf(s *record.Search, cells []measured) *measured {
	for _, step := range slices.Backward(s.Steps) {
		if s.Holds > 0 && step.Rate == s.Holds && step.Verdict == string(capacity.Holds) && step.Cell < len(cells) {
			return &cells[step.Cell]
		}
	}
	return nil
}

// explainNoCapacity says why no rate is known to hold. That the lowest one fails is
// a finding, and no failure to measure.
func explainNoCapacity(row *Row, run *record.Run, subject *record.Subject) {
	for _, s := range run.Searches {
		if s.Subject != row.Subject || s.Load != row.Load || len(s.Steps) == 0 {
			continue
		}
		row.State, row.Why, row.Notes = Failed, s.Words, nil
		if s.Outcome == string(capacity.FailsAtOnce) {
			row.State = Overloaded
		}
		return
	}
	explainAbsence(row, run, subject)
}

// bracket takes the search in the middle, of an even number the lower of the two, and
// the spread over all that found a bracket. Where none did, what held is a lower
// bound: there is nothing to rank by.
func (r *Row) bracket(held []record.Search) {
	found := slices.DeleteFunc(slices.Clone(held), func(s record.Search) bool { return s.Outcome != string(capacity.Found) })
	if len(found) == 0 {
		at := middle(held)
		r.Capacity = &Bracket{Holds: at.Holds, Fails: at.Fails, Words: at.Words, Limited: true}
		r.Values[Capacity] = Spread{Median: unbounded(at.Holds, "≥ "+PerSecond.Format(at.Holds), at.Words)}
		return
	}
	spread := Spread{Trials: map[int]float64{}}
	var rates []float64
	for _, s := range found {
		spread.Trials[s.Trial] = s.Holds
		rates = append(rates, s.Holds)
	}
	if i, ok := stats.MinMax(rates); ok {
		spread.Interval = &i
	}
	// On the grid, and of a search that took place, also where their number is even.
	at := middle(found)
	spread.Median = known(at.Holds)
	r.Capacity = &Bracket{Holds: at.Holds, Fails: at.Fails, Words: at.Words}
	r.Values[Capacity] = spread
}

func middle(searches []record.Search) record.Search {
	slices.SortStableFunc(searches, func(a, b record.Search) int { return compare(a.Holds, b.Holds) })
	return searches[(len(searches)-1)/2]
}

// boundAbove names what binds just above the knee, where nothing is within reach at
// it: the trials of the lowest rate that fails.
func (r *Row) boundAbove(held []record.Search, cells []measured) {
	for _, s := range held {
		for _, step := range slices.Backward(s.Steps) {
			if s.Fails == 0 || step.Rate != s.Fails || step.Cell >= len(cells) {
				continue
			}
			if b := cells[step.Cell].Bound; b.Kind != "" && b.Kind != Unexplained {
				r.Bound = b
				return
			}
		}
	}
}

// overlap says that two brackets have a rate in common.
func overlap(a, b *Row) bool {
	if a.Capacity == nil || b.Capacity == nil {
		return false
	}
	low, high := a.Capacity, b.Capacity
	if low.Holds > high.Holds {
		low, high = high, low
	}
	return low.Fails == 0 || low.Fails > high.Holds
}

// capacityTiers ranks rows by capacity, except those of which only a lower bound
// is known.
func capacityTiers(rows []*Row) []tier {
	if len(rows) == 0 {
		return nil
	}
	t := tier{title: "ranked by the highest rate that meets the SLO", by: capacityMetric, rows: rows}
	for _, r := range rows {
		if r.Capacity.Limited {
			t.title += "; what is limited by the generator or the search has no rank"
			break
		}
	}
	return []tier{t}
}
