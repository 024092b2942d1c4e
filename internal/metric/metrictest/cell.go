package metrictest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// Add measures a server under a load: it appends one cell of a trial.
func (m *Memory) Add(s *Server, load *record.Load, trial int) *record.Cell {
	c := m.cell(s, load, trial)
	if c.Status == record.StatusOK {
		rng := random(c)
		flow := trafficOf(m.exchange(c, s, load, rng))
		m.resources(c, s, flow, rng)
		m.ticks(c, flow)
	}
	return c
}

// AddRaw is Add without ticks and samples, for records of very many requests.
func (m *Memory) AddRaw(s *Server, load *record.Load, trial int) *record.Cell {
	c := m.cell(s, load, trial)
	m.exchange(c, s, load, random(c))
	return c
}

func random(c *record.Cell) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(c.Trial), uint64(c.Index)))
}

func (m *Memory) cell(s *Server, load *record.Load, trial int) *record.Cell {
	run := &m.Record
	c := record.Cell{Index: len(run.Cells), Subject: s.Subject.ID, Load: load.Name, Trial: trial,
		Status: record.StatusOK, Zero: run.Started.Add(time.Duration(len(run.Cells)) * 10 * time.Second)}
	c.Dir = fmt.Sprintf("cells/%03d", c.Index)
	switch {
	case s.Subject.Missing != "":
		c.Status, c.Error = record.StatusFailed, s.Subject.Missing
	case s.Fail != "":
		c.Status, c.Error = record.StatusFailed, s.Fail
		c.LogTail = "starting\npanic: runtime error: index out of range [4] with length 4"
	}
	run.Cells = append(run.Cells, c)
	return &run.Cells[c.Index]
}

// exchange sends the requests of a cell and files them.
func (m *Memory) exchange(c *record.Cell, s *Server, load *record.Load, rng *rand.Rand) []exchange {
	sc := &m.Record.Scenario
	done := simulate(s, load, sc, rng)
	g := &c.Generator
	*g = record.Generator{Window: sc.Duration, DrainTook: sc.Drain, CallsKnown: true, WarmupGood: new(uint64),
		Outcomes: map[record.Outcome]uint64{}, Codes: map[int]uint64{}}
	cut := sc.Duration + sc.Drain
	var raw []record.Request
	for _, x := range done {
		if x.end <= cut {
			g.Calls += uint64(len(sc.Channels))
		} else {
			g.Unanswered++
		}
		if x.sent < 0 {
			g.WarmupSent++
			if x.end <= cut {
				*g.WarmupGood++
			}
			if late := (record.Late{At: min(x.end, cut), Outcome: record.OutcomeOK}); late.At > 0 {
				if x.end > cut {
					late.Outcome = record.OutcomeUnfinished
				}
				g.WarmupLate = append(g.WarmupLate, late)
			}
			continue
		}
		q := request(c, x, cut, uint64(len(raw)), load, rng)
		if q.Timed = s.Path > 0 && q.Outcome.Answered(); q.Timed {
			q.Queue, q.Providers = x.taken-x.sent, s.Path
		}
		g.Outcomes[q.Outcome]++
		g.Codes[int(q.Code)]++
		raw = append(raw, q)
	}
	slices.SortStableFunc(raw, func(a, b record.Request) int { return a.End().Compare(b.End()) })
	m.Raw[c.Index] = raw
	m.accept(c, raw)
	g.Scheduled, g.Sent, g.Connections = uint64(len(raw)), uint64(len(raw)), 104
	c.Ceilings = ceilings(s, load, sc.Duration)
	c.Providers = providers(sc, uint64(len(done)))
	return done
}

// accept lets the providers take over every call that was answered.
func (m *Memory) accept(c *record.Cell, raw []record.Request) {
	var pages []contract.LedgerPage
	for i, channel := range m.Record.Scenario.Channels {
		page := contract.LedgerPage{Provider: channel, Accepted: make([]byte, len(raw))}
		for j := range raw {
			if q := &raw[j]; q.Outcome == record.OutcomeOK {
				q.Reported |= 1 << i
				page.Accepted[q.K] = 1
			}
		}
		pages = append(pages, page)
	}
	m.Taken[c.Index] = pages
}

func request(
	c *record.Cell, x exchange, cut time.Duration, k uint64, load *record.Load, rng *rand.Rand,
) record.Request {
	q := record.Request{Attack: c.Load, Seq: k, K: k, Code: 200, Outcome: record.OutcomeOK,
		BytesOut: 160, BytesIn: 210}
	if load.Open {
		q.Lag = time.Duration(rng.ExpFloat64() * float64(60*time.Microsecond))
	}
	q.Timestamp = c.Zero.Add(x.sent + q.Lag)
	q.Latency = x.end - x.sent
	if x.end > cut {
		q.Code, q.Outcome, q.Error, q.Latency = 0, record.OutcomeUnfinished, "cancelled", cut-x.sent-q.Lag
	}
	return q
}

func ceilings(s *Server, load *record.Load, window time.Duration) []record.Ceiling {
	var cs []record.Ceiling
	if s.Workers > 0 {
		r := float64(s.Workers) / s.Latency.Seconds()
		cs = append(cs, record.Ceiling{Kind: "workers", Rate: r,
			Why: fmt.Sprintf("%d workers / %v = %.1f req/s", s.Workers, s.Latency, r)})
	}
	if load.Open {
		mean := meanRate(load, window)
		return append(cs, record.Ceiling{Kind: "rate", Rate: mean, Why: fmt.Sprintf("offered rate %.0f req/s", mean)})
	}
	r := float64(load.Connections) / s.Latency.Seconds()
	return append(cs, record.Ceiling{Kind: "connections", Rate: r,
		Why: fmt.Sprintf("%d connections / %v = %.1f req/s", load.Connections, s.Latency, r)})
}

func providers(sc *record.Scenario, requests uint64) contract.MockStats {
	stats := contract.MockStats{Providers: map[string]contract.ProviderStats{}}
	for _, name := range sc.Channels {
		stats.Providers[name] = contract.ProviderStats{Calls: requests, Accepted: requests,
			BytesIn: 48 * requests, InFlightPeak: 110, Connections: 112,
			DelayError: contract.DelayQuantiles{Count: requests, P50: 90 * time.Microsecond,
				P90: 200 * time.Microsecond, P99: 700 * time.Microsecond, P999: 900 * time.Microsecond,
				Max: time.Millisecond}}
	}
	return stats
}
