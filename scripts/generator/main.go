// Command generator compares load generators: ours, the stock vegeta command and
// wrk. It prints a table and keeps it in results/reference/generator.md.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
)

const (
	rounds = 5
	length = 3 * time.Second
)

// targets are what a row promises; 0: nothing.
type targets struct{ p50, p99, bursts float64 }

// row is one generator under one load.
type row struct {
	load, tool string
	rate       float64 // of an open loop, per second; 0: closed
	even       bool    // uniform arrivals
	targets    targets
	fire       func(ctx context.Context, b *bench, url string) (*attacked, error)
	missing    string
	rounds     []figures
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := compare(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "generator:", err)
		os.Exit(4)
	}
}

func compare(ctx context.Context) (err error) {
	b, err := newBench()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	rows := allRows()
	for round := range rounds {
		for _, r := range rows {
			if r.missing != "" {
				continue
			}
			fmt.Fprintf(os.Stderr, "round %d of %d: %s, %s\n", round+1, rounds, r.load, r.tool)
			f, err := b.measure(ctx, r)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", r.load, r.tool, err)
			}
			r.rounds = append(r.rounds, *f)
		}
	}
	fmt.Fprintln(os.Stderr, "the real case")
	real, err := b.realCase(ctx)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := write(&out, append(rows, real), b.vegetaVersion()); err != nil {
		return err
	}
	if _, err := os.Stdout.Write(out.Bytes()); err != nil {
		return err
	}
	return record.WriteFile("results/reference/generator.md", out.Bytes())
}

// bench is where the generators run: like the cells of a run, below a guardian.
type bench struct {
	self, dir    string
	guardian     *proc.Guardian
	load, target []int // cores
}

func newBench() (*bench, error) {
	cpus, err := proc.UsableCPUs()
	if err != nil {
		return nil, err
	}
	if !proc.CanPin || len(cpus) < 2 {
		return nil, errors.New("two cores are needed, and processes that can be pinned to them")
	}
	b := &bench{load: cpus[:1], target: cpus[1:2]}
	if b.self, err = filepath.Abs("bin/notifybench"); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "notifybench-generator-"); err != nil {
		return nil, err
	}
	if b.guardian, err = proc.StartGuardian(b.self); err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.dir))
	}
	return b, nil
}

func (b *bench) close() error { return errors.Join(b.guardian.Close(), os.RemoveAll(b.dir)) }
