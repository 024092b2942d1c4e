package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/gateset"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/run"
	"github.com/notifybench/notifybench/internal/scenario"
)

// duel measures blocks of one row: base and candidate, built, under the same load.
type duel struct {
	builds  *gateBuilds
	sc      *scenario.Scenario // with the one row that is gated, and the rates that were found
	rules   []gate.Rule
	machine plan.Machine
	self    string
	out     string            // folder of the records of blocks
	open    string            // the load whose rate is found, if any
	inject  map[string]string // settings of the candidate alone: what the self-test does to it

	environment record.Environment // as the last record has it
}

// block measures block n. A block that could not be measured is invalid, with the
// reason; an error means that the gate cannot go on.
func (d *duel) block(ctx context.Context, n int, confirm bool, seed uint64) (gateset.Block, error) {
	began := time.Now()
	b := gateset.Block{Block: gate.Block{N: n, Confirm: confirm}, Seed: seed}
	var bin string
	var err error
	if bin, b.Layout, err = d.builds.pair(ctx, n, confirm); err != nil {
		return b, err
	}
	dir, err := d.measure(ctx, bin, seed)
	if ctx.Err() != nil {
		return b, ctx.Err()
	}
	if err != nil && !errors.Is(err, run.ErrNothingMeasured) {
		return b, err
	}
	if err := d.read(dir, &b); err != nil {
		return b, err
	}
	b.Took = time.Since(began)
	return b, nil
}

// measure carries out one block, and returns the folder of its record.
func (d *duel) measure(ctx context.Context, bin string, seed uint64) (string, error) {
	p, err := plan.Make(d.pairOf(), d.builds.servers[:], d.machine, seed)
	if err != nil {
		return "", err
	}
	return run.Run(ctx, p, run.Options{Out: d.out, Bin: bin, Self: d.self, Tool: version()})
}

// pairOf is the scenario of a block: the row once as the base, once as the candidate.
func (d *duel) pairOf() *scenario.Scenario {
	sc := *d.sc
	row := sc.Servers[0]
	sc.Servers = nil
	for arm := gate.Base; arm <= gate.Candidate; arm++ {
		one := row
		one.Name, one.Label = arm.String(), arm.String()
		if arm == gate.Candidate {
			one.Set, one.SetPos = with(row.Set, d.inject), nil
		}
		sc.Servers = append(sc.Servers, one)
	}
	return &sc
}

// with is a map with more entries.
func with(m, more map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, m)
	maps.Copy(all, more)
	return all
}

// read makes a block of its record. Of a record in which nothing remarkable happened
// only the numbers are kept.
func (d *duel) read(dir string, b *gateset.Block) error {
	rd, err := record.Open(dir)
	if err != nil {
		return err
	}
	s, err := metric.Load(rd)
	if err != nil {
		return err
	}
	d.environment = rd.Run().Environment
	readBlock(rd.Run(), s, d.rules, &b.Block)
	if b.Invalid == "" && !b.Counts[gate.Base].Broken() && !b.Counts[gate.Candidate].Broken() && b.Died == [2]string{} {
		return os.RemoveAll(dir)
	}
	b.Record = filepath.Join(filepath.Base(d.out), filepath.Base(dir))
	return nil
}

// readBlock fills in what a record says.
func readBlock(r *record.Run, s *metric.Summary, rules []gate.Rule, b *gate.Block) {
	b.Values, b.Why = map[string]gate.Pair{}, map[string]string{}
	for arm := gate.Base; arm <= gate.Candidate; arm++ {
		unknown := ""
		b.Counts[arm], b.Died[arm], unknown = fateOf(r, s, arm)
		b.Faults[arm] = faultIn(s, arm)
		if unknown != "" {
			b.Invalid = "what became of the requests is not known: " + unknown
		}
		if b.Faults[arm] != "" {
			b.Invalid = "a fault of the " + arm.String()
		}
	}
	pairs, why := pairsOf(r, s)
	if b.Invalid = cmp.Or(b.Invalid, why); b.Invalid != "" {
		return
	}
	for arm := range b.Counts {
		b.Counts[arm].Requests, b.Counts[arm].Errors = failedIn(r, pairs, arm)
	}
	for _, rule := range rules {
		if v, why := valuesOf(pairs, rule, coresOf(r.Cores.Server, r)); why != "" {
			b.Why[rule.Metric] = why
		} else {
			b.Values[rule.Metric] = v
		}
	}
}

// failedIn are the requests of an arm in the slices that are to be believed, and how many
// of them were not answered well: what failed while the machine stood still is nobody's
// failure.
func failedIn(r *record.Run, byLoad map[string][]slicePair, arm int) (requests, errors uint64) {
	for _, pairs := range byLoad {
		for _, pair := range pairs {
			n, failed := metric.FailedIn(r, &r.Cells[pair[arm].Index])
			requests, errors = requests+n, errors+failed
		}
	}
	return requests, errors
}

// fateOf is what became of the requests of an arm, and how its server ended, was never
// ready, or answered the first notification wrongly.
func fateOf(r *record.Run, s *metric.Summary, arm gate.Arm) (c gate.Counts, died, unknown string) {
	f := metric.FatesOf(r, s, arm.String(), "")
	// A connection that broke before the answer is one of the errors: it may be the host's.
	c = gate.Counts{Requests: f.Requests, Errors: f.Errors, Wrong: f.Wrong, Lost: f.Lost - f.Unanswered, False: f.False}
	if f.Died || strings.Contains(f.Error, run.ServerFault) {
		died = strings.TrimSpace(f.Error + "\n" + f.LogTail)
	}
	return c, died, f.Unknown
}
