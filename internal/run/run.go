// Package run is the only orchestrator: it carries out the steps of a plan one
// after the other and writes the record. For each cell it starts providers and
// server as fresh processes, verifies the server, lets the generator attack
// while it samples, drains, and takes everything down again.
package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
)

// Options of a run.
type Options struct {
	Out    string // folder of records
	Bin    string // folder of built servers
	Self   string // path of this program, for guardian, generator and providers
	Tool   string // its version
	Notify func(Event)
	// Referee judges the trials of capacity searches; nil where the plan has none.
	Referee Referee
}

// Event tells what is going on, for whoever shows progress.
type Event struct {
	Kind EventKind
	Text string
	Cell *record.Cell // of CellStarted, CellEnded and SearchStep
	// Search is the one under way, or just over; of SearchStep and SearchEnded.
	Search *record.Search
	Total  int           // cells in all
	Left   time.Duration // estimate for what remains
}

// EventKind is the kind of an Event.
type EventKind int

// The kinds.
const (
	Building EventKind = iota
	CellStarted
	CellEnded
	Warning
	SearchStep // a trial of a search has been judged
	SearchEnded
)

// ErrNothingMeasured is returned when not one cell could be measured.
var ErrNothingMeasured = errors.New("nothing could be measured")

// runner is one run under way.
type runner struct {
	plan     *plan.Plan
	opts     Options
	run      *record.Run
	writer   *record.Writer
	guardian *proc.Guardian
	started  time.Time
	space    string        // begins the names of what servers have in a database
	spent    time.Duration // in cells beyond their warm-up and window
	measured int
	repeats  time.Duration // spent on measuring cells once more
	wanted   int           // cells and searches that can be measured
}

// Run carries out the plan and returns the folder of the record. The error is
// ctx's when it was interrupted; the record is then readable and says so.
func Run(ctx context.Context, p *plan.Plan, opts Options) (dir string, err error) {
	r := &runner{plan: p, opts: opts, run: newRun(p, opts.Tool), started: time.Now()}
	r.space = newSpace(r.started)
	if r.writer, err = record.Create(opts.Out, r.run); err != nil {
		return "", err
	}
	err = r.whole(ctx)
	r.finish(err)
	if saved := r.writer.Save(); err == nil { // else the first failure says more
		err = saved
	}
	return r.writer.Dir(), err
}

// whole does everything between the first and the last writing of run.json.
func (r *runner) whole(ctx context.Context) (err error) {
	if r.guardian, err = proc.StartGuardian(r.opts.Self); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.guardian.Close()) }()
	if err := r.build(ctx); err != nil {
		return err
	}
	unpin, err := pin(r.plan.Cores.Load)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unpin()) }()
	r.calibrate()
	if err := r.writer.Save(); err != nil {
		return err
	}
	return r.cells(ctx)
}

func (r *runner) cells(ctx context.Context) error {
	for _, c := range r.run.Cells {
		if pending(c) {
			r.wanted++
		}
	}
	for i := 0; i < len(r.run.Cells); i = r.plan.BlockEnd(i) {
		if err := r.block(ctx, i, r.plan.BlockEnd(i)); err != nil {
			return err
		}
	}
	if err := r.searches(ctx); err != nil {
		return err
	}
	if r.measured == 0 && r.wanted > 0 {
		return ErrNothingMeasured
	}
	return nil
}

// pending says that a cell is still to do: its server is there and was built.
func pending(c record.Cell) bool { return c.Status == record.StatusPending }

// block carries out the cells from begin to end: a cell by itself, or the slices
// of one trial that share their servers.
func (r *runner) block(ctx context.Context, begin, end int) (err error) {
	measure := r.cell
	if r.plan.Cells[begin].Slice > 0 {
		b := r.newBlock(ctx, begin, end)
		defer func() { err = errors.Join(err, b.close()) }()
		measure = b.slice
	}
	for i := begin; i < end; i++ {
		if !pending(r.run.Cells[i]) {
			continue
		}
		if err := r.step(ctx, i, measure); err != nil {
			return err
		}
	}
	return nil
}

// step carries out one cell, and tells.
func (r *runner) step(ctx context.Context, i int, measure func(context.Context, *record.Cell) error) error {
	cell := &r.run.Cells[i]
	r.notify(Event{Kind: CellStarted, Cell: cell, Left: r.left(i)})
	began := time.Now()
	err := measure(ctx, cell)
	if cell.Status == record.StatusOK {
		r.spent += time.Since(began) - cell.Warmup - cell.Duration
		r.measured++
	}
	if err := errors.Join(err, r.writer.Save()); err != nil {
		return err
	}
	r.notify(Event{Kind: CellEnded, Cell: cell, Left: r.left(i + 1)})
	return nil
}

// left estimates the time for the cells from i on: their windows are known, the
// rest is as planned at first, then as it was on average so far.
func (r *runner) left(i int) (sum time.Duration) {
	for ; i < len(r.run.Cells); i++ {
		c := &r.plan.Cells[i]
		switch {
		case !pending(r.run.Cells[i]):
		case r.measured == 0:
			sum += c.Length()
		default:
			sum += c.Warmup + c.Duration + r.spent/time.Duration(r.measured)
		}
	}
	return sum + r.searchLeft(0)
}

func (r *runner) notify(e Event) {
	e.Total = len(r.run.Cells)
	if r.opts.Notify != nil {
		r.opts.Notify(e)
	}
}

func (r *runner) warn(format string, args ...any) {
	r.notify(Event{Kind: Warning, Text: fmt.Sprintf(format, args...)})
}

// finish sets the state in which the record is left.
func (r *runner) finish(err error) {
	r.run.Finished = time.Now().UTC()
	switch {
	case err == nil:
		r.run.Status = record.StatusComplete
	case errors.Is(err, context.Canceled):
		r.run.Status, r.run.Note = record.StatusInterrupted, "stopped before the end"
	default:
		r.run.Status, r.run.Note = record.StatusFailed, err.Error()
	}
}
