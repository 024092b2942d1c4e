// Package compare sets two records against each other: row by row, with everything in
// which they are not alike, hidden differences first.
//
// Model: a row of one record is paired with the row of the other that has its label and
// its load. Of every figure it gives the ratio with an interval, from two samples of
// trials that were not interleaved (stats.ShiftRatio): what differs may be the hour and
// not the code, which no interval knows of. Things that are not alike (another scenario,
// another machine, a short run and a full one, unequal work) are shown side by side, and
// not set against each other; the report says why. It is not a gate: it decides nothing.
//
// Units are those of package metric. A figure without a ratio says why it has none.
package compare

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// Schema is the version of a Report's layout.
const Schema = 1

// Confidence is that of the interval of every figure by itself, at least.
const Confidence = 0.95

// Report is the comparison of two records, a and b.
type Report struct {
	Schema int  `json:"schema"`
	A      Side `json:"a"`
	B      Side `json:"b"`
	// Refused is why no row of one is set against one of the other; empty: they are alike.
	Refused []string `json:"refused,omitempty"`
	// Warnings are what a reader must know before the first figure.
	Warnings    []string     `json:"warnings"`
	Differences []Difference `json:"differences,omitempty"`
	// Scenario is how the resolved scenarios differ: lines that begin with "- " are of a
	// alone, "+ " of b alone, "  " those under which they stand.
	Scenario []string `json:"scenario_diff,omitempty"`
	Pairs    []Pair   `json:"pairs"`            // in the order of a
	OnlyA    []Alone  `json:"only_a,omitempty"` // rows without a like in b
	OnlyB    []Alone  `json:"only_b,omitempty"`
	// Compared is how many figures have an interval, Apart how many are told apart by it,
	// and Chance how many would be told apart at most if nothing differed.
	Compared int     `json:"compared"`
	Apart    int     `json:"apart"`
	Chance   float64 `json:"chance"`
}

// Side is one of the two records.
type Side struct {
	ID       string    `json:"id"`
	Scenario string    `json:"scenario"`
	Title    string    `json:"title"`
	Hash     string    `json:"hash"`
	Tool     string    `json:"tool"`
	Commit   string    `json:"commit,omitempty"`
	Status   string    `json:"status"`
	Started  time.Time `json:"started"`
}

// Difference is something in which the two are not alike, in words.
type Difference struct {
	What string `json:"what"`
	A    string `json:"a"`
	B    string `json:"b"`
	// Unlike says that their figures have no common meaning for that alone, and why: "another machine".
	Unlike string `json:"unlike,omitempty"`
}

// Alone is a row that only one of the two has.
type Alone struct {
	Subject string `json:"subject"`
	Load    string `json:"load"`
}

// Of compares the record b with a.
func Of(a, b metric.Source) (*Report, error) {
	first, err := metric.Load(a)
	if err != nil {
		return nil, fmt.Errorf("summarize %s: %w", a.Dir(), err)
	}
	second, err := metric.Load(b)
	if err != nil {
		return nil, fmt.Errorf("summarize %s: %w", b.Dir(), err)
	}
	return compare(sideOf(a.Run(), first), sideOf(b.Run(), second)), nil
}

// side is a record and what was computed from it.
type side struct {
	run  *record.Run
	rows []metric.Row
}

func sideOf(run *record.Run, s *metric.Summary) side { return side{run, s.Rows} }

func compare(a, b side) *Report {
	r := &Report{Schema: Schema, A: headOf(a.run), B: headOf(b.run), Differences: differences(a.run, b.run)}
	for _, d := range r.Differences {
		if d.Unlike != "" {
			r.Refused = append(r.Refused, fmt.Sprintf("%s: %s %s against %s", d.Unlike, d.What, d.A, d.B))
		}
	}
	if a.run.Scenario.Hash != b.run.Scenario.Hash {
		r.Scenario = diff(measured(a.run.Scenario.Text), measured(b.run.Scenario.Text))
	}
	for i := range a.rows {
		row := &a.rows[i]
		if like := b.find(row); like != nil {
			r.Pairs = append(r.Pairs, pairOf(a.cell(row), b.cell(like), len(r.Refused) > 0))
		} else {
			r.OnlyA = append(r.OnlyA, Alone{row.Subject, row.Load})
		}
	}
	for i := range b.rows {
		if row := &b.rows[i]; a.find(row) == nil {
			r.OnlyB = append(r.OnlyB, Alone{row.Subject, row.Load})
		}
	}
	r.count()
	r.Warnings = warnings(r, a.run, b.run)
	return r
}

func headOf(run *record.Run) Side {
	s := &run.Scenario
	return Side{ID: run.ID, Scenario: s.Name, Title: s.Title, Hash: s.Hash, Tool: run.Tool, Commit: run.Environment.Commit,
		Status: run.Status, Started: run.Started}
}

// find is the row of the same label under the load of the same name; nil: there is none.
func (s *side) find(like *metric.Row) *metric.Row {
	for i := range s.rows {
		if r := &s.rows[i]; r.Subject == like.Subject && r.Load == like.Load {
			return r
		}
	}
	return nil
}

func (r *Report) count() {
	for i := range r.Pairs {
		for _, f := range r.Pairs[i].Figures {
			s := f.Ratio
			if s == nil {
				s = f.Shift
			}
			if s == nil {
				continue
			}
			r.Compared++
			if s.Interval.Lo < s.Interval.Hi { // what never varies is not told apart by chance
				r.Chance += 1 - s.Confidence
			}
			if f.Said != NotToldApart {
				r.Apart++
			}
		}
	}
}

// Word is what is said of a figure of b beside that of a.
type Word string

// The words. Of a figure that has no better and worse, more and less are said.
const (
	NotToldApart Word = "~"
	IsBetter     Word = "better"
	IsWorse      Word = "worse"
	IsMore       Word = "more"
	IsLess       Word = "less"
)

// Figure is one figure of a pair.
type Figure struct {
	Metric string        `json:"metric"`
	Name   string        `json:"name"`
	Unit   metric.Unit   `json:"unit"`
	Better metric.Better `json:"better"`
	A      metric.Value  `json:"a"` // over the valid trials
	B      metric.Value  `json:"b"`
	Trials [2]int        `json:"trials"` // that have a value
	// Ratio is b ÷ a; Shift is b − a, where a value is zero. Neither is there where nothing is said.
	Ratio *stats.TwoSample `json:"ratio,omitempty"`
	Shift *stats.TwoSample `json:"shift,omitempty"`
	Said  Word             `json:"said,omitempty"`
	// Why is why nothing is said, unless the pair or the report says so.
	Why string `json:"why,omitempty"`
}
