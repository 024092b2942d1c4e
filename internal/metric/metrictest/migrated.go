package metrictest

import (
	"fmt"
	"math"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// Migrants are the rows of Migrated: blocking workers, requests all in flight from one
// process and from two, a cheap one, one that is not installed.
func Migrants() []Server {
	row := func(id, server string, processes int) record.Subject {
		return record.Subject{ID: id, Server: server, Processes: processes, Language: "go"}
	}
	flask := row("flask", "flask", 4)
	flask.Language, flask.Missing = "python", "not installed: make python"
	return []Server{
		{Subject: row("pool workers=64", "pool", 1), Latency: 350 * time.Millisecond, Workers: 64, Path: 350 * time.Millisecond,
			Cost: 340 * time.Microsecond, Idle: 17 * mib, PerFlown: 60 << 10},
		{Subject: row("goroutine", "goroutine", 1), Latency: 200 * time.Millisecond, Path: 200 * time.Millisecond,
			Cost: 410 * time.Microsecond, Idle: 17 * mib, File: 13 * mib, PerFlown: 125 << 10},
		{Subject: row("fasthttp", "fasthttp", 1), Latency: 200 * time.Millisecond, Path: 200 * time.Millisecond,
			Cost: 280 * time.Microsecond, Idle: 17 * mib, PerFlown: 75 << 10},
		{Subject: row("goroutine ×2", "goroutine", 2), Latency: 200 * time.Millisecond, Path: 200 * time.Millisecond,
			Cost: 440 * time.Microsecond, Idle: 23 * mib, File: 13 * mib, Supervisors: 1, PerFlown: 135 << 10},
		{Subject: flask},
	}
}

// Migrated is a run whose scenario asks what a rate would need: a notification costs
// less the busier its server is, except with blocking workers, and one prediction fails.
func Migrated(trials int) *Memory {
	var loads []record.Load
	for _, n := range []int{25, 100, 400} {
		loads = append(loads, record.Load{Name: fmt.Sprintf("c%d", n), Kind: "closed",
			Spec: fmt.Sprintf("{closed: {connections: %d}}", n), Connections: n})
	}
	servers := Migrants()
	m := New(trials, loads, servers)
	m.Record.Events, m.Record.Scenario.SLO = nil, nil
	m.Record.Scenario.Warmup, m.Record.Scenario.Duration = time.Second, time.Second
	m.Record.Scenario.Migrate = &record.Migrate{
		Rates: []float64{100, 1000, 10000}, Utilisation: 0.6, Loads: []string{"c25", "c100", "c400"},
		Price: record.Price{Currency: "USD", VCPUHour: 0.04, GBHour: 0.005, Source: "a list price"},
		Predict: []record.Prediction{
			{Row: "goroutine ×2", Load: "c400", From: "goroutine", At: []string{"c400"}},
			{Row: "goroutine", Load: "c400", From: "goroutine", At: []string{"c25", "c100"}},
			{Row: "fasthttp", Load: "c400", From: "fasthttp", At: []string{"c100"}},
			{Row: "flask", Load: "c400", From: "goroutine", At: []string{"c100"}},
		},
	}
	for trial := 1; trial <= trials; trial++ {
		for l := range loads {
			for _, s := range servers {
				if s.Workers == 0 {
					s.Cost = time.Duration(float64(s.Cost) * math.Pow(float64(loads[l].Connections)/100, -0.3))
				}
				m.Add(&s, &m.Record.Loads[l], trial)
			}
		}
	}
	return m
}
