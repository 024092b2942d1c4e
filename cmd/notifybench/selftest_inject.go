package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/gatetest"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/policy"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// injector measures blocks in which the candidate is the base, made worse by its own
// settings.
type injector struct {
	duel   *duel
	seed   uint64
	beside string // file that keeps base
	base   injectorBase
	both   map[gatetest.Injection][]sharedBlock // measured for the other kind, not used yet
}

// sharedBlock is a block with more CPU and more memory, which stands in both pools.
type sharedBlock struct {
	block gate.Block
	seed  uint64
	took  time.Duration
}

// of is the block as it stands in the pool of one kind: without what the other shows.
func (b sharedBlock) of(kind gatetest.Kind) gate.Block {
	other := metric.PeakPSS
	if kind == gatetest.Ballast {
		other = metric.CPUPerRequest
	}
	block := b.block
	block.Values, block.Why = maps.Clone(block.Values), maps.Clone(block.Why)
	if _, ok := block.Values[other]; ok {
		delete(block.Values, other)
		block.Why[other] = "it was made worse as well, for another row"
	}
	return block
}

// injectorBase is what the base is, once for all blocks of a file: what a level is a
// share of.
type injectorBase struct {
	Rate    float64       `json:"rate"` // of the open load, req/s
	RateWhy string        `json:"rate_why"`
	CPU     time.Duration `json:"cpu_per_request"`
	P50     time.Duration `json:"p50"` // of the response time
	P99     time.Duration `json:"p99"`
	PSS     float64       `json:"peak_pss"` // bytes
	Machine string        `json:"machine"`
}

// prepare finds the rate and what the base is at it, or reads what was found before.
func (in *injector) prepare(g *gating, busy float64) error {
	in.both = map[gatetest.Injection][]sharedBlock{}
	data, err := os.ReadFile(in.beside)
	switch {
	case err == nil:
		if err := json.Unmarshal(data, &in.base); err != nil {
			return usage(fmt.Errorf("%s: %w", in.beside, err))
		}
	case errors.Is(err, fs.ErrNotExist):
		if err := in.find(g, busy); err != nil {
			return err
		}
	default:
		return err
	}
	in.duel.sc, err = atRate(in.duel.sc, in.duel.open, in.base.Rate)
	return err
}

// find measures the base.
func (in *injector) find(g *gating, busy float64) error {
	ctx, d := g.c.Context(), in.duel
	g.say("finding the rate, and what the base is at it")
	found, err := d.findRate(ctx, cmp.Or(busy, usualBusy), in.seed)
	if err != nil {
		return err
	}
	g.say("%.0f req/s: %s", found.rate, found.why)
	if d.sc, err = atRate(d.sc, d.open, found.rate); err != nil {
		return err
	}
	rd, s, err := d.measureBase(ctx, d.baseAlone(), in.seed)
	if err != nil {
		return err
	}
	values := s.Of(d.open)[0].Values
	of := func(id string) float64 {
		v := values[id].Median
		if !v.OK && err == nil {
			err = codedError{exitInvalid, fmt.Errorf("%s of the base is not known: %s", id, v.Why)}
		}
		return v.V
	}
	in.base = injectorBase{Rate: found.rate, RateWhy: found.why,
		CPU: time.Duration(of(metric.CPUPerRequest)), P50: time.Duration(of(metric.P50)),
		P99: time.Duration(of(metric.P99)), PSS: of(metric.PeakPSS),
		Machine: machineWords(rd.Run().Environment)}
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(in.base, "", " ")
	if err != nil {
		return err
	}
	return errors.Join(record.WriteFile(in.beside, append(data, '\n')), os.RemoveAll(rd.Dir()))
}

func machineWords(e record.Environment) string {
	return fmt.Sprintf("%d cores, %s, %s, %s", e.Cores, e.CPU, e.Kernel, e.Go)
}

// usualBusy is how busy the base is where a policy leaves the rate to the scenario: the
// self-test needs one that the machine can bear.
const usualBusy = 0.5

// header is what all blocks of the file have in common.
func (in *injector) header(row string, p *policy.File) (h gatetest.Header, err error) {
	h = gatetest.Header{Schema: gatetest.Schema, Metrics: gatetest.MetricsOf(p.Gate), Machine: in.base.Machine, Scenario: scenario.Hash(scenario.Measured(p.Scenario)),
		Workload: fmt.Sprintf("%s at %.0f req/s, scenario %s, %d slices of %v", row, in.base.Rate, p.Scenario.Name, p.Scenario.Slices.Count, p.Scenario.Duration)}
	h.Binary, err = in.binaryOf()
	return h, err
}

// measure measures a step. A candidate of a pool that is told to use more CPU holds more
// memory as well, and the other way round: the memory is none of its heap and costs no
// CPU, so that one block stands in both pools.
func (in *injector) measure(ctx context.Context, s gatetest.Step, seed uint64) (gate.Block, gatetest.Injected, error) {
	i := s.Injection
	set, injected := in.settings(i)
	if s.Gate > 0 || i.Kind != gatetest.Work && i.Kind != gatetest.Ballast {
		b, err := in.carryOut(ctx, s, seed, set)
		return b, injected, err
	}
	b, err := in.shared(ctx, s, seed)
	injected.Seed, injected.Took = b.seed, b.took
	return b.of(i.Kind), injected, err
}

// shared is a block with more CPU and more memory: one that was measured for the other
// kind, or a new one.
func (in *injector) shared(ctx context.Context, s gatetest.Step, seed uint64) (sharedBlock, error) {
	if known := in.both[s.Injection]; len(known) > 0 {
		in.both[s.Injection] = known[1:]
		return known[0], nil
	}
	set, other := map[string]string{}, gatetest.Injection{}
	for _, i := range []gatetest.Injection{
		{Kind: gatetest.Work, Metric: gatetest.CPU, Level: s.Injection.Level},
		{Kind: gatetest.Ballast, Metric: gatetest.Memory, Level: s.Injection.Level},
	} {
		more, _ := in.settings(i)
		set = with(set, more)
		if i != s.Injection {
			other = i
		}
	}
	began := time.Now()
	block, err := in.carryOut(ctx, s, seed, set)
	b := sharedBlock{block, seed, time.Since(began)}
	if err == nil {
		in.both[other] = append(in.both[other], b)
	}
	return b, err
}

// carryOut measures a block in which the candidate has more settings. Its record is not
// kept: what it has to say is in the file.
func (in *injector) carryOut(ctx context.Context, s gatetest.Step, seed uint64, set map[string]string) (gate.Block, error) {
	d := *in.duel
	d.inject = set
	if s.Injection.Kind == gatetest.Fail {
		d.sc = brief(d.sc)
	}
	b, err := d.block(ctx, s.N, s.Confirm, seed)
	err = errors.Join(err, os.RemoveAll(d.out))
	if here := machineWords(d.environment); err == nil && here != in.base.Machine {
		err = usage(fmt.Errorf("%s is of another machine (%s; this one: %s): measure into another --file", in.beside, in.base.Machine, here))
	}
	return b.Block, err
}

// brief is the scenario with as little of it as there can be: a wrong answer decides at
// once, and more of them would only be more of the same.
func brief(sc *scenario.Scenario) *scenario.Scenario {
	short := *sc
	short.Slices.Count, short.Duration = 2, min(sc.Duration, 500*time.Millisecond)
	return &short
}

// settings are those of the candidate, and what they ask for.
func (in *injector) settings(i gatetest.Injection) (map[string]string, gatetest.Injected) {
	var name, value string
	var asked float64
	switch i.Kind {
	case gatetest.Work:
		d := time.Duration(i.Level * float64(in.base.CPU))
		name, value, asked = "work", d.String(), float64(d)
	case gatetest.Hold:
		of := in.base.P50
		if i.Metric != gatetest.Median {
			of = in.base.P99
		}
		d := time.Duration(i.Level * float64(of)).Round(time.Microsecond)
		name, value, asked = "hold", d.String(), float64(d)
	case gatetest.Ballast:
		bytes := int(i.Level * in.base.PSS)
		name, value, asked = "ballast", fmt.Sprintf("%dB", bytes), float64(bytes)
	case gatetest.Fail:
		name, value = "fail", fmt.Sprintf("%g%%", 100*i.Level)
	default:
		return nil, gatetest.Injected{}
	}
	return map[string]string{name: value}, gatetest.Injected{Setting: strings.Join([]string{name, value}, "="), Asked: asked}
}

// binaryOf names the build of the base, as long as its program is the same.
func (in *injector) binaryOf() (string, error) {
	if in.duel.builds.sources[gate.Base].Build == nil {
		return "not built", nil
	}
	data, err := os.ReadFile(filepath.Join(in.duel.builds.dir, gate.Base.String()+"-1"))
	if err != nil {
		return "", fmt.Errorf("read the binary of the base: %w", err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))[:12], nil
}
