package selftest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/stats"
)

var delayCheck = Check{
	ID: "delays", Doc: "delay of the mock providers, by their own histogram and as a caller sees it",
	run: func(ctx context.Context, b *bench) (rows []Row, err error) {
		for _, planned := range delays(b.opts.Short) {
			more, err := b.delay(ctx, planned)
			rows = append(rows, more...)
			if err != nil {
				return rows, fmt.Errorf("%v: %w", planned, err)
			}
		}
		return rows, nil
	},
}

// How far a delay may be off, in the full form and in the short one.
const (
	delayP50, grossP50 = 150 * time.Microsecond, 20 * time.Millisecond
	delayP99, grossP99 = time.Millisecond, 200 * time.Millisecond
)

func delays(short bool) []time.Duration {
	all := []time.Duration{300 * time.Microsecond, time.Millisecond, 2300 * time.Microsecond, 10400 * time.Microsecond, 50 * time.Millisecond}
	if short {
		return []time.Duration{all[0], all[3]}
	}
	return all
}

// seen is what was seen of calls of one planned delay.
type seen struct {
	planned time.Duration
	mock    contract.DelayQuantiles // served minus planned, by the mock itself
	caller  []time.Duration         // from send to answer, sorted
	way     []time.Duration         // the same of calls that are answered at once
}

// delay calls a provider of its own at a few hundred calls a second.
func (b *bench) delay(ctx context.Context, planned time.Duration) ([]Row, error) {
	config := contract.MockConfig{Seed: 1, Providers: map[string]contract.Behaviour{
		contract.Email: {Latency: planned.String()},
	}}
	p, err := b.start(b.load, config, nil, "mock", "--stdin")
	if err != nil {
		return nil, err
	}
	defer p.end()
	ready, err := hear[contract.MockReady](ctx, p, bufio.NewReader(p.out), 1, 0)
	if err != nil {
		return nil, err
	}
	s := seen{planned: planned}
	address := strings.TrimPrefix(ready[0].Providers[contract.Email], "http://")
	if s.way, err = callAll(ctx, address, 0, contract.ProbeBase, b.calls()/2); err != nil {
		return nil, p.failed(err)
	}
	if s.caller, err = callAll(ctx, address, planned, 0, b.calls()); err != nil {
		return nil, p.failed(err)
	}
	var told contract.MockStats
	if err := ask(ctx, ready[0].Control+"/stats", &told); err != nil {
		return nil, p.failed(err)
	}
	s.mock = told.Providers[contract.Email].DelayError
	return b.judgeDelay(s), nil
}

// calls is how many there are of each delay: a p99 takes 1,000.
func (b *bench) calls() uint64 {
	if b.opts.Short {
		return uint64(stats.Needed(.99))
	}
	return uint64(2 * stats.Needed(.99))
}

// callAll makes calls, numbered from base on, over as many connections as keep
// some hundreds a second going, and returns how long each took, sorted.
func callAll(ctx context.Context, address string, planned time.Duration, base, calls uint64) ([]time.Duration, error) {
	const rate = 400 // per second
	lanes := 1 + uint64(planned*rate/time.Second)
	results := make(chan []time.Duration, lanes)
	failures := make(chan error, lanes)
	for lane := range lanes {
		go func() {
			took, err := call(ctx, address, base+lane, base+calls, lanes)
			results <- took
			failures <- err
		}()
	}
	var all []time.Duration
	var err error
	for range lanes {
		all = append(all, <-results...)
		err = errors.Join(err, <-failures)
	}
	slices.Sort(all)
	return all, err
}

// judgeDelay compares both sides' quantiles with the plan. The way to the
// provider and back is no part of its delay: the caller's figures are judged
// less the median of calls that were answered at once, which the row names.
func (b *bench) judgeDelay(s seen) []Row {
	name, truth := s.planned.String(), float64(s.planned)
	way, ok := stats.Quantile(s.way, .5)
	p50, _ := stats.Quantile(s.caller, .5)
	p99, enough := stats.Quantile(s.caller, .99)
	if !ok || !enough || s.mock.Count < uint64(len(s.caller)) {
		return []Row{{Case: name, Problem: fmt.Sprintf("%d calls, %d answered at once, and the mock counts %d",
			len(s.caller), len(s.way), s.mock.Count)}}
	}
	less := fmt.Sprintf(" less %v of way", way.Round(time.Microsecond))
	row := func(of string, measured float64, limit, gross time.Duration) Row {
		return b.judge(name+", "+of, Nanoseconds, Reading{truth, measured, float64(limit)}, float64(gross))
	}
	return []Row{
		row("mock p50", truth+float64(s.mock.P50), delayP50, grossP50),
		row("mock p99", truth+float64(s.mock.P99), delayP99, grossP99),
		row("caller p50"+less, float64(p50-way), delayP50, grossP50),
		row("caller p99"+less, float64(p99-way), delayP99, grossP99),
	}
}

// ask gets a JSON object.
func ask(ctx context.Context, url string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}
