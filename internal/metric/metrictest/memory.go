// Package metrictest builds small synthetic records in memory, for the tests of
// what reads records: metric, chart and report. Everything in them is a pure
// function of what was asked for.
package metrictest

import (
	"fmt"
	"io/fs"
	"iter"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Memory is a record in memory.
type Memory struct {
	Folder  string // what Dir says; may be empty where nothing is written
	Record  record.Run
	Raw     map[int][]record.Request // by index of the cell; none: trimmed
	Tick    map[int][]record.Tick
	Sampled map[int][]record.Sample
	Taken   map[int][]contract.LedgerPage // what the providers accepted; none: no ledger
}

var _ metric.Source = (*Memory)(nil)

// Dir implements metric.Source.
func (m *Memory) Dir() string { return m.Folder }

// Run implements metric.Source.
func (m *Memory) Run() *record.Run { return &m.Record }

// Requests implements metric.Source.
func (m *Memory) Requests(c *record.Cell) iter.Seq2[record.Request, error] {
	return func(yield func(record.Request, error) bool) {
		raw, ok := m.Raw[c.Index]
		if !ok {
			yield(record.Request{}, fmt.Errorf("requests of cell %d: %w", c.Index, fs.ErrNotExist))
			return
		}
		for _, q := range raw {
			if !yield(q, nil) {
				return
			}
		}
	}
}

// Ticks implements metric.Source.
func (m *Memory) Ticks(c *record.Cell) ([]record.Tick, error) {
	return table(m.Tick, c, "ticks")
}

// Samples implements metric.Source.
func (m *Memory) Samples(c *record.Cell) ([]record.Sample, error) {
	return table(m.Sampled, c, "samples")
}

// Ledger implements metric.Source.
func (m *Memory) Ledger(c *record.Cell) (*record.Ledger, error) {
	pages, err := table(m.Taken, c, "ledger")
	l := &record.Ledger{}
	for _, p := range pages {
		if err := l.Add(p); err != nil {
			return nil, err
		}
	}
	return l, err
}

func table[T any](rows map[int][]T, c *record.Cell, what string) ([]T, error) {
	t, ok := rows[c.Index]
	if !ok {
		return nil, fmt.Errorf("%s of cell %d: %w", what, c.Index, fs.ErrNotExist)
	}
	return t, nil
}
