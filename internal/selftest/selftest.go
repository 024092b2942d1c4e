// Package selftest proves the meters of notifybench against known truth: the CPU
// and the memory of process trees that say themselves what they used, providers
// whose delay is fixed, and a generator whose sends are witnessed by its target.
//
// A check takes one or more readings; each is a truth, what the meter said, and
// how far apart the two may be. The short form is for continuous integration,
// where other work disturbs every timing: its limits are ten times as wide, those
// of latencies a hundred times, so that it finds a meter that is broken and not
// one that is inexact.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/sample"
	"github.com/notifybench/notifybench/internal/stamp"
)

// shortFactor is how much wider the limits of the short form are at least.
const shortFactor = 10

// Check is one meter under test.
type Check struct {
	ID  string
	Doc string // one line: what is compared with what
	run func(ctx context.Context, b *bench) ([]Row, error)
}

// Checks lists all of them in the order in which they are made.
func Checks() []Check {
	return []Check{cpuCheck, memoryCheck, delayCheck, sendCheck, freezeCheck}
}

// Options of a self-test.
type Options struct {
	Self   string // path of this program, which plays every part
	Short  bool
	Notify func(Check) // before each check; may be nil
}

// Run makes the checks one after the other. A check that could not be carried
// out is a failed row; the error is ctx's, or says that nothing could be started.
func Run(ctx context.Context, checks []Check, opts Options) (rep *Report, err error) {
	b := &bench{opts: opts}
	if b.guardian, err = proc.StartGuardian(opts.Self); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.guardian.Close()) }()
	if b.dir, err = os.MkdirTemp("", "notifybench-selftest-"); err != nil {
		return nil, fmt.Errorf("make a folder for the self-test: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.chooseCores(); err != nil {
		return nil, err
	}
	rep = &Report{Short: opts.Short}
	for _, c := range checks {
		if opts.Notify != nil {
			opts.Notify(c)
		}
		rows, err := b.check(ctx, c)
		rep.Rows = append(rep.Rows, rows...)
		if err != nil {
			return rep, err
		}
	}
	return rep, nil
}

// check makes one check; afterwards nothing of it runs any more.
func (b *bench) check(ctx context.Context, c Check) ([]Row, error) {
	rows, err := c.run(ctx, b)
	_, swept := b.guardian.EndAll()
	if ctx.Err() != nil {
		return rows, ctx.Err()
	}
	if errors.Is(err, sample.ErrUnsupported) || errors.Is(err, stamp.ErrUnsupported) {
		rows, err = []Row{{NotHere: err.Error()}}, nil
	}
	if err = errors.Join(err, swept); err != nil {
		rows = append(rows, Row{Problem: err.Error()})
	}
	for i := range rows {
		rows[i].Check = c.ID
	}
	return rows, nil
}
