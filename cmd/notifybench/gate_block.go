package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
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
	if b.Invalid == "" && !b.Counts[gate.Candidate].Broken() && b.Died == [2]string{} {
		return os.RemoveAll(dir)
	}
	b.Record = filepath.Join(filepath.Base(d.out), filepath.Base(dir))
	return nil
}

// readBlock fills in what a record says.
func readBlock(r *record.Run, s *metric.Summary, rules []gate.Rule, b *gate.Block) {
	b.Values, b.Why = map[string]gate.Pair{}, map[string]string{}
	for arm := gate.Base; arm <= gate.Candidate; arm++ {
		b.Counts[arm], b.Died[arm] = fateOf(r, s, arm)
	}
	pairs, why := pairsOf(s)
	if pairs == nil {
		b.Invalid = why
		return
	}
	for _, rule := range rules {
		if v, why := valuesOf(pairs, rule, max(1, len(r.Cores.Server))); why != "" {
			b.Why[rule.Metric] = why
		} else {
			b.Values[rule.Metric] = v
		}
	}
}

// slicePair is a slice of either arm under one load, neighbours in time.
type slicePair [2]*metric.Cell

// leastPairs is the share of a load's pairs of slices that must be valid.
const leastPairs = 0.5

// pairsOf are the pairs of slices of which both are to be believed, by load: what
// disturbs one costs both. Why says what disturbed so many that the block is invalid.
func pairsOf(s *metric.Summary) (byLoad map[string][]slicePair, why string) {
	all, whys := map[string]map[int]slicePair{}, map[string]int{}
	for i := range s.Cells {
		c := &s.Cells[i]
		if all[c.Load] == nil {
			all[c.Load] = map[int]slicePair{}
		}
		pair := all[c.Load][c.Slice]
		pair[armOf(c.Subject)] = c
		all[c.Load][c.Slice] = pair
	}
	byLoad = map[string][]slicePair{}
	for load, pairs := range all {
		for _, pair := range pairs {
			if why := unbelievable(pair); why != "" {
				whys[why]++
				continue
			}
			byLoad[load] = append(byLoad[load], pair)
		}
		if float64(len(byLoad[load])) < leastPairs*float64(len(pairs)) {
			return nil, commonest(whys)
		}
	}
	return byLoad, ""
}

func armOf(subject string) gate.Arm {
	if subject == gate.Base.String() {
		return gate.Base
	}
	return gate.Candidate
}

// ownFaults are the checks that find the fault with the server: what they find is
// what a gate looks for, and no reason to look away.
var ownFaults = []string{"server", "silence", "process-share", "conservation", "provider-path", "drift"}

// unbelievable says what makes a pair of slices not to be believed; empty: nothing.
func unbelievable(pair slicePair) string {
	for _, c := range pair {
		switch {
		case c == nil:
			return "a slice was not measured"
		case c.Status != record.StatusOK:
			return c.Status + ": " + c.Error
		}
		for _, f := range c.Verdict.Findings {
			if f.Level == metric.Invalid && !slices.Contains(ownFaults, f.Check) {
				return limitOf(f.Check)
			}
		}
	}
	return ""
}

// limitOf names a check with its limit and without a figure, so that equal reasons are
// counted together.
func limitOf(check string) string {
	for _, c := range metric.Checks() {
		if c.ID == check {
			return c.ID + ": " + c.Invalid
		}
	}
	return check
}

// commonest is the reason that was given most often, the first in order among equals.
func commonest(whys map[string]int) (why string) {
	for text, n := range whys {
		if n > whys[why] || n == whys[why] && text < why {
			why = text
		}
	}
	return why
}

// fullyBusy is the share of the server's cores from which throughput is the server's.
const fullyBusy = 0.9

// valuesOf is a metric of both arms: the geometric means over the pairs of slices, so
// that the ratio of the two is that of neighbours in time; of a peak the highest. The
// server has so many cores.
func valuesOf(byLoad map[string][]slicePair, r gate.Rule, cores int) (v gate.Pair, why string) {
	pairs := byLoad[r.Load]
	if len(pairs) == 0 {
		return v, "not measured under load " + r.Load
	}
	var logs, peak, busy [2]float64
	for _, pair := range pairs {
		for arm, c := range pair {
			x := c.Values[r.Metric]
			if !x.OK {
				return v, cmp.Or(x.Why, "not measured")
			}
			if x.V <= 0 {
				return v, "it is not above 0"
			}
			logs[arm] += math.Log(x.V) / float64(len(pairs))
			peak[arm] = max(peak[arm], x.V)
			busy[arm] += c.Values[metric.CPU].V / float64(len(pairs)*cores)
		}
	}
	switch r.Metric {
	case metric.PeakPSS:
		return peak, ""
	case metric.Achieved:
		if least := min(busy[gate.Base], busy[gate.Candidate]); least < fullyBusy {
			return v, fmt.Sprintf("the server's cores were %.0f%% busy, so it is the client's: it is the server's from %.0f%% on",
				100*least, 100*fullyBusy)
		}
	}
	return gate.Pair{math.Exp(logs[gate.Base]), math.Exp(logs[gate.Candidate])}, ""
}

// fateOf is what became of the requests of an arm, and how its server ended, was never
// ready, or answered the first notification wrongly.
func fateOf(r *record.Run, s *metric.Summary, arm gate.Arm) (c gate.Counts, died string) {
	f := metric.FatesOf(r, s, arm.String(), "")
	// A connection that broke before the answer is one of the errors: it may be the host's.
	c = gate.Counts{Requests: f.Requests, Errors: f.Errors, Wrong: f.Wrong, Lost: f.Lost - f.Unanswered, False: f.False}
	if f.Died || strings.Contains(f.Error, run.ServerFault) {
		died = strings.TrimSpace(f.Error + "\n" + f.LogTail)
	}
	return c, died
}
