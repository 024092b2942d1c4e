package run

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// block is a load in one trial, cut into slices, or all loads where they share their
// servers: those of all rows, each with providers of its own, are up at the same time,
// and the slices alternate between them. A row is taken down after its last slice.
type block struct {
	r     *runner
	cells []record.Cell
	rows  map[string]*resident // by subject
}

// resident is one row of a block.
type resident struct {
	ps    *parties // nil: not up, or taken down
	lost  error    // why the row has no more numbers
	log   string
	idle  *uint64 // memory before any load
	file  *uint64 // of it, what is of mapped files
	cells []*record.Cell
}

// newBlock takes up the parties of every row that the cells from begin to end need.
// What cannot be taken up loses its cells when their turn comes.
func (r *runner) newBlock(ctx context.Context, begin, end int) *block {
	began := time.Now()
	b := &block{r: r, cells: r.run.Cells[begin:end], rows: map[string]*resident{}}
	for i := range b.cells {
		cell := &b.cells[i]
		if !pending(*cell) {
			continue
		}
		row := b.rows[cell.Subject]
		if row == nil {
			row = &resident{}
			b.rows[cell.Subject] = row
			row.takeUp(ctx, r, cell)
		}
		row.cells = append(row.cells, cell)
	}
	r.spent += time.Since(began)
	return b
}

func (row *resident) takeUp(ctx context.Context, r *runner, first *record.Cell) {
	dir, err := r.writer.CellDir(first)
	if err == nil {
		row.log = filepath.Join(dir, serverLog)
		row.ps, err = r.takeUp(ctx, &r.plan.Cells[first.Index], dir)
	}
	row.lost = err
}

// slice measures one slice. A row that fails in one has lost those that follow.
func (b *block) slice(ctx context.Context, out *record.Cell) error {
	row := b.rows[out.Subject]
	err := row.lost
	if err == nil {
		if err = b.measure(ctx, row, out); err != nil {
			row.lost = fmt.Errorf("lost with slice %s: %w", b.place(out), err)
			row.kill()
		}
	}
	return conclude(ctx, out, err, row.log)
}

// place is the number of a slice and, in a block of several loads, its load.
func (b *block) place(c *record.Cell) string {
	if b.r.plan.Scenario.Slices.Together {
		return fmt.Sprintf("%d of %s", c.Slice, c.Load)
	}
	return fmt.Sprint(c.Slice)
}

func (b *block) measure(ctx context.Context, row *resident, out *record.Cell) error {
	dir, err := b.r.writer.CellDir(out)
	if err != nil {
		return err
	}
	out.Machine.TimeWait = kernelFacts().TimeWait
	ps, c := row.ps, &b.r.plan.Cells[out.Index]
	ps.others = b.others(row)
	out.Server.Ready, out.Server.Health = ps.server.ready, ps.server.health
	if err := b.r.attack(ctx, c, out, dir, ps); err != nil {
		return err
	}
	if row.idle == nil {
		row.idle, row.file = out.Server.PSSIdle, out.Server.PSSIdleFile
	}
	out.Server.PSSIdle, out.Server.PSSIdleFile = row.idle, row.file
	if next := row.after(out); next != nil {
		if c.Row.Resolved.Queues() {
			if err := ps.server.waitEmpty(ctx, ps.endLimit); err != nil && !errors.Is(err, errNoQueue) {
				return fmt.Errorf("after the slice: %w", err)
			}
		}
		// Of a request that ended before its answer, calls may follow.
		more := out.Generator.Unanswered > 0 || out.Generator.Outcomes[record.OutcomeQueued] > 0
		out.Providers, err = ps.providers.forget(ctx, next.Seed, more, filepath.Join(dir, record.LedgerFile))
		return err
	}
	return row.takeDown(ctx, out, dir)
}

// after is the slice of the row that follows one; nil after the last.
func (row *resident) after(c *record.Cell) *record.Cell {
	if i := slices.Index(row.cells, c) + 1; i < len(row.cells) {
		return row.cells[i]
	}
	return nil
}

// takeDown ends the parties of a row after its last slice. How the server ended
// concerns all its slices.
func (row *resident) takeDown(ctx context.Context, last *record.Cell, dir string) error {
	err := row.ps.takeDown(ctx, last, dir)
	row.kill()
	for _, c := range row.cells {
		c.Server.RestartsSeen = last.Server.RestartsSeen
		c.Server.Exit, c.Server.Drained = last.Server.Exit, last.Server.Drained
	}
	return err
}

// others are the parties that wait while a row is measured.
func (b *block) others(but *resident) (list []*parties) {
	for _, row := range b.rows {
		if row != but && row.ps != nil {
			list = append(list, row.ps)
		}
	}
	return list
}

func (row *resident) kill() {
	if row.ps != nil {
		row.ps.kill()
		row.ps = nil
	}
}

// close ends whatever still runs. What a server has left behind ran beside the
// slices of all rows: none of them can be believed. Where a row was lost, the
// remains are its own, and it has been said.
func (b *block) close() error {
	lost := false
	for _, row := range b.rows {
		row.kill()
		lost = lost || row.lost != nil
	}
	left, err := b.r.guardian.EndAll()
	if err != nil || left == 0 || lost {
		return err
	}
	for i := range b.cells {
		if c := &b.cells[i]; c.Status == record.StatusOK {
			c.Status, c.Error = record.StatusFailed,
				fmt.Sprintf("%d processes were left behind by a server of this trial and have been ended", left)
		}
	}
	return b.r.writer.Save()
}
