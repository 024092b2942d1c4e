package metrictest

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/capacity"
	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Searchers are the rows of Searched: three of known capacity, W / 0.35 s = 114, 143
// and 571 req/s, and one that is overloaded by any rate.
func Searchers() []Server {
	row := func(id string, workers int) Server {
		return Server{Subject: record.Subject{ID: id, Server: "pool", Processes: 1}, Latency: 350 * time.Millisecond,
			Workers: workers, Cost: 120 * time.Microsecond, Idle: 9 * mib, PerFlown: 12 << 10}
	}
	return []Server{row("goroutine", 40), row("gin", 50), row("fasthttp", 200), row("pool workers=1", 1)}
}

// Searched is a run of capacity searches, as the orchestrator would carry them out.
func Searched(trials int) (*Memory, error) {
	o := capacity.Defaults()
	load := record.Load{Name: "max", Kind: record.CapacityKind, Open: true,
		Spec: "{capacity: {from: 10/s, to: 50000/s, arrivals: uniform, budget: 3m0s}}"}
	servers := Searchers()
	m := New(trials, []record.Load{load}, servers)
	m.Record.Scenario.Duration, m.Record.Events = o.Trial(), nil
	m.Record.Scenario.SLO = &record.SLO{P99: 600 * time.Millisecond} // beyond the tail of their latency
	for trial := 1; trial <= trials; trial++ {
		for i := range servers {
			if err := m.search(&servers[i], load, trial, o); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

func (m *Memory) search(s *Server, load record.Load, trial int, o capacity.Options) error {
	out := record.Search{Subject: s.Subject.ID, Load: load.Name, Trial: trial, Status: record.StatusOK}
	machine := capacity.New(o, capacity.Prior{})
	var elapsed time.Duration
	const cost = time.Second
	for {
		t, ok := machine.Next(elapsed, cost)
		if !ok {
			break
		}
		elapsed += t.Length + cost
		load.Rate = t.Rate
		c := m.Add(s, &load, trial)
		c.Rate = t.Rate
		obs, err := metric.Observe(m, c.Index)
		if err != nil {
			return fmt.Errorf("search of %s: %w", out.Subject, err)
		}
		machine.Observe(obs)
		out.Steps = append(out.Steps, record.SearchStep{Cell: c.Index, Rate: t.Rate, Phase: string(t.Phase),
			Verdict: string(obs.Verdict()), Why: obs.Reason()})
	}
	r := machine.Result()
	out.Outcome, out.Holds, out.Fails, out.Words = string(r.Status), r.Holds, r.Fails, r.Words
	m.Record.Searches = append(m.Record.Searches, out)
	return nil
}
