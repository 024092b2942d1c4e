package metric

import (
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Schema is the version of a Summary's layout.
const Schema = 1

// Summary is everything computed from a record: what reports and charts show.
type Summary struct {
	Schema   int       `json:"schema"`
	Run      string    `json:"run"` // ID of the record
	Scenario string    `json:"scenario"`
	Status   string    `json:"status"`
	Trimmed  bool      `json:"trimmed,omitempty"` // the raw requests of some cells are gone
	Saved    bool      `json:"-"`                 // computed when they were there, and saved
	Cells    []Cell    `json:"cells"`
	Rows     []Row     `json:"rows"` // by load, then by subject, as in the record
	Rankings []Ranking `json:"rankings"`
	// Searches are the capacity searches, in the order of the record.
	Searches []SearchCurve `json:"searches,omitempty"`
}

// Cell is one measurement in numbers.
type Cell struct {
	Index   int              `json:"index"`
	Subject string           `json:"subject"`
	Load    string           `json:"load"`
	Trial   int              `json:"trial"`
	Slice   int              `json:"slice,omitempty"`
	Status  string           `json:"status"`
	Error   string           `json:"error,omitempty"`
	Values  map[string]Value `json:"values,omitempty"` // by metric ID; none unless Status is ok
	Curve   Curve            `json:"curve"`
	Anatomy Anatomy          `json:"anatomy"`
	Bound   Bound            `json:"bound"`
	Verdict Verdict          `json:"verdict"`
}

// measured pairs a cell with the sorted times its row pools.
type measured struct {
	Cell
	times   []int64
	slices  map[string]map[int]float64 // of a trial of slices: by metric ID and slice
	few     map[string][]int64         // by metric ID: the times of a quantile for which they are too few, and those of a slice
	anatomy []*dissection
	window  time.Duration
	trimmed bool
	tally   tally
	judged  Value // of a trial of a capacity search
}

// Summarize reads a record once, cells in parallel, and computes everything.
func Summarize(src Source) (*Summary, error) {
	run := src.Run()
	cells := make([]measured, len(run.Cells))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range run.Cells {
		group.Go(func() (err error) {
			cells[i], err = summarizeCell(src, &run.Cells[i])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	s := &Summary{Schema: Schema, Run: run.ID, Scenario: run.Scenario.Name, Status: run.Status,
		Searches: curvesOf(run, cells)}
	for _, c := range cells {
		s.Cells = append(s.Cells, c.Cell)
		s.Trimmed = s.Trimmed || c.trimmed
	}
	for i := range run.Loads {
		load, first := &run.Loads[i], len(s.Rows)
		for j := range run.Subjects {
			if !run.Subjects[j].Measures(load.Name) {
				continue
			}
			summarize := summarizeRow
			if load.Kind == record.CapacityKind {
				summarize = capacityRow
			}
			s.Rows = append(s.Rows, summarize(run, &run.Subjects[j], load, cells))
		}
		of := s.Rows[first:]
		unequalWork(of)
		if load.Kind != record.CapacityKind { // knees are at rates of their own: no equal work
			relate(of)
		}
		s.Rankings = append(s.Rankings, rank(run, load, s.Of(load.Name)))
	}
	return s, nil
}

func summarizeCell(src Source, c *record.Cell) (measured, error) {
	m := measured{Cell: Cell{Index: c.Index, Subject: c.Subject, Load: c.Load, Trial: c.Trial, Slice: c.Slice,
		Status: c.Status, Error: c.Error}}
	if c.Status != record.StatusOK {
		return m, nil
	}
	f, err := factsOf(src, c)
	if err != nil {
		return m, err
	}
	f.bound = findBound(f)
	m.Bound = f.bound
	m.Verdict = judge(f)
	m.Values = map[string]Value{}
	m.few = map[string][]int64{}
	for _, metric := range All() {
		v := metric.of(f)
		m.Values[metric.ID] = v
		if times := metric.timesOf(f); len(times) > 0 && (c.Slice > 0 || !v.OK && !v.Unbounded()) {
			m.few[metric.ID] = times
		}
	}
	m.anatomy = []*dissection{f.dissected()}
	m.Anatomy = anatomyOf(m.anatomy...)
	m.tally = f.tally()
	m.trimmed, m.window = f.trimmed, c.Generator.Window
	m.times, m.Curve = f.primary(), curveOf(f.primary())
	if rate, growing := f.backlog(); growing {
		m.times, m.Curve = nil, Curve{Samples: len(m.times), Why: diverging(rate).Why}
	}
	if f.load.Kind == record.CapacityKind {
		m.judged = f.judged()
	}
	return m, nil
}

// factsOf gathers the facts of a measured cell under its load.
func factsOf(src Source, c *record.Cell) (*facts, error) {
	run := src.Run()
	l := slices.IndexFunc(run.Loads, func(l record.Load) bool { return l.Name == c.Load })
	s := slices.IndexFunc(run.Subjects, func(s record.Subject) bool { return s.ID == c.Subject })
	if l < 0 || s < 0 {
		return nil, fmt.Errorf("cell %d: the record has no subject %q or no load %q", c.Index, c.Subject, c.Load)
	}
	return gather(src, c, &run.Loads[l], &run.Subjects[s])
}

// Of lists the rows of a load.
func (s *Summary) Of(load string) []Row {
	var rows []Row
	for _, r := range s.Rows {
		if r.Load == load {
			rows = append(rows, r)
		}
	}
	return rows
}

// Ranking finds the ranking of a load.
func (s *Summary) Ranking(load string) (Ranking, bool) {
	for _, r := range s.Rankings {
		if r.Load == load {
			return r, true
		}
	}
	return Ranking{}, false
}

// Spread is a metric over the trials of a row.
type Spread struct {
	// Pooled says that Median is no median: it is the percentile of the requests of
	// all trials together, because each trial alone has too few.
	Pooled   bool            `json:"pooled,omitempty"`
	Median   Value           `json:"median"`
	Interval *stats.Interval `json:"interval,omitempty"` // min–max; absent with too few trials
	Trials   map[int]float64 `json:"trials,omitempty"`   // the numbers themselves, by trial
	// Slices are what each of Trials is the mean of, or the sum, by trial and slice; none
	// where trials are not sliced, or where their slices are pooled, or the highest counts.
	Slices map[int]map[int]float64 `json:"slices,omitempty"`
}
