package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/run"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/shape"
)

const (
	// loadShare is how busy the load side's cores may be: beyond it providers are late,
	// and what is measured is partly them.
	loadShare = 0.45
	// leastRate is the rate below which a slice has too few requests to say anything.
	leastRate = 50
	// rateTrials is how often the base is measured to find the rate.
	rateTrials = 3
)

// foundRate is a rate and how it was found.
type foundRate struct {
	rate float64 // req/s
	why  string
}

// findRate measures what a request costs the base, and what it costs the load side, at
// the scenario's own rate: the gate's is the one that keeps neither busier than it
// may be.
func (d *duel) findRate(ctx context.Context, busy float64, seed uint64) (f foundRate, err error) {
	rd, s, err := d.measureBase(ctx, d.baseAlone(), seed)
	if err != nil {
		return f, err
	}
	cost, beside, why := costsOf(rd.Run(), s, d.open)
	if why != "" {
		return f, codedError{exitInvalid, fmt.Errorf("what the base can do is not known, and so no rate: %s (record: %s)", why, rd.Dir())}
	}
	return rateOf(busy, cost, beside, coresOf(rd.Run().Cores.Server, rd.Run()), coresOf(rd.Run().Cores.Load, rd.Run())), os.RemoveAll(rd.Dir())
}

// measureBase measures the base alone.
func (d *duel) measureBase(ctx context.Context, sc *scenario.Scenario, seed uint64) (*record.Reader, *metric.Summary, error) {
	bin, _, err := d.builds.pair(ctx, 1, false)
	if err != nil {
		return nil, nil, err
	}
	p, err := plan.Make(sc, d.builds.servers[:], d.machine, seed)
	if err != nil {
		return nil, nil, err
	}
	dir, err := run.Run(ctx, p, run.Options{Out: d.out, Bin: bin, Self: d.self, Tool: version()})
	if err != nil {
		return nil, nil, err
	}
	rd, err := record.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	s, err := metric.Load(rd)
	return rd, s, err
}

// rateOf is the rate at which the server's cores are as busy as asked and the load side's
// no busier than loadShare; cost and beside are seconds of CPU for one request. A busier
// server is cheaper by the request, so that it comes out a little less busy.
func rateOf(busy, cost, beside float64, serverCores, loadCores int) foundRate {
	ours, theirs := busy*float64(serverCores)/cost, loadShare*float64(loadCores)/beside
	f := foundRate{rate: roundRate(min(ours, theirs))}
	f.why = fmt.Sprintf("a request costs the base %.0f µs of CPU, so that its cores are %.0f%% busy", cost*1e6, 100*f.rate*cost/float64(serverCores))
	if theirs < ours {
		f.why += fmt.Sprintf(" (%.0f%% was asked for; generator and providers, with %.0f µs, would be more than %.0f%% busy)",
			100*busy, beside*1e6, 100*loadShare)
	}
	return f
}

// roundRate rounds down to two digits, so that the rate is the same when it is found
// again.
func roundRate(v float64) float64 {
	step := math.Pow(10, math.Floor(math.Log10(max(v, 1)))-1)
	return max(leastRate, math.Floor(v/step)*step)
}

// baseAlone is the scenario with the base alone, under the load whose rate is looked for,
// in one piece.
func (d *duel) baseAlone() *scenario.Scenario {
	sc := *scenario.Only(d.pairOf(), []string{gate.Base.String()}, []string{d.open})
	sc.Trials, sc.Slices = rateTrials, scenario.Slices{}
	return &sc
}

// costsOf are the seconds of CPU of one request: the server's, and generator's and
// providers' together. Why says what is not known.
func costsOf(r *record.Run, s *metric.Summary, load string) (cost, beside float64, why string) {
	rows := s.Of(load)
	if len(rows) != 1 {
		return 0, 0, "not measured under load " + load
	}
	if !rows[0].Shown() {
		return 0, 0, rows[0].Absence()
	}
	cpu, rate := rows[0].Values[metric.CPUPerRequest].Median, rows[0].Values[metric.Achieved].Median
	if !cpu.OK || !rate.OK || rate.V <= 0 || cpu.V <= 0 {
		return 0, 0, "CPU per request: " + cpu.Why + rate.Why
	}
	var sum float64
	n := 0
	for i := range r.Cells {
		if busy := r.Cells[i].Machine.LoadBusy; busy != nil {
			sum += *busy
			n++
		}
	}
	if n == 0 {
		return 0, 0, "the CPU time of generator and providers was not measured"
	}
	return cpu.V / 1e9, sum / float64(n) * float64(coresOf(r.Cores.Load, r)) / rate.V, ""
}

// atRate is the scenario with an open load at a rate: the arrivals of many clients that
// know nothing of each other.
func atRate(sc *scenario.Scenario, load string, rate float64) (*scenario.Scenario, error) {
	out := *sc
	out.Loads = slices.Clone(sc.Loads)
	i := slices.IndexFunc(out.Loads, func(l scenario.Load) bool { return l.Name == load })
	if i < 0 {
		return nil, fmt.Errorf("the policy sets the rate of load %s, under which no metric is gated: remove busy", load)
	}
	var err error
	out.Loads[i].Shape, err = shape.Parse(fmt.Sprintf("{poisson: {rate: %s}}", shape.RateText(rate)))
	return &out, err
}
