package migrate

import (
	"fmt"
	"math"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

// world is a run and its summary of rows whose costs are known.
type world struct {
	run record.Run
	sum metric.Summary
}

// row is a synthetic server: exactly linear, unless spread says that trials differ.
type row struct {
	id        string
	processes int
	workers   float64
	wait      float64                     // seconds in the providers
	cost      func(rate float64) float64  // seconds
	memory    func(flown float64) float64 // bytes; of none in flight: idle
	spread    float64
	file      float64 // bytes of the idle ones that are of mapped files; 0: not recorded
	tree      int     // processes, those that supervise included; 0: not recorded
}

// linear costs the same at every rate, and so much memory for each in flight.
func linear(id string, cost, idle, each float64) row {
	return row{id: id, processes: 1, wait: 0.2, cost: func(float64) float64 { return cost },
		memory: func(n float64) float64 { return idle + n*each }}
}

func newWorld(plan *record.Migrate, connections []float64, rows ...row) *world {
	w := &world{}
	w.run.Scenario.Migrate = plan
	w.run.Cores.Server = []int{1}
	for _, r := range rows {
		w.run.Subjects = append(w.run.Subjects, record.Subject{ID: r.id, Processes: r.processes, Language: "go"})
		for _, n := range connections {
			w.add(r, n)
		}
	}
	return w
}

func spread(v, share float64) metric.Spread {
	return metric.Spread{Median: metric.Value{V: v, OK: true},
		Interval: &stats.Interval{Lo: v * (1 - share), Hi: v * (1 + share)}}
}

// add measures a row under a closed loop of n connections.
func (w *world) add(r row, n float64) {
	rate, held := n/r.wait, n
	load := fmt.Sprintf("c%.0f", n)
	cell := record.Cell{Subject: r.id, Load: load, Status: record.StatusOK}
	if r.workers > 0 {
		rate = min(rate, r.workers/r.wait)
		cell.Ceilings = []record.Ceiling{{Kind: "connections", Rate: n / r.wait},
			{Kind: "workers", Rate: r.workers / r.wait, Why: fmt.Sprintf("%.0f workers", r.workers)}}
	}
	idle := uint64(r.memory(0))
	cell.Server.PSSIdle = &idle
	if r.file > 0 {
		file := uint64(r.file)
		cell.Server.PSSIdleFile = &file
	}
	if r.tree > 0 {
		cell.Server.Processes = &r.tree
	}
	for range stats.MinTrials {
		cell.Index = len(w.run.Cells)
		w.run.Cells = append(w.run.Cells, cell)
	}
	out := metric.Row{Subject: r.id, Load: load, State: metric.Measured, Values: map[string]metric.Spread{
		metric.Achieved: spread(rate, 0), metric.InFlight: spread(held, 0),
		metric.CPUPerRequest: spread(r.cost(rate)*1e9, r.spread),
		metric.PeakPSS:       spread(r.memory(held), r.spread),
	}}
	out.Anatomy.Mean = &metric.Parts{Providers: r.wait * 1e9}
	w.sum.Rows = append(w.sum.Rows, out)
}

func (w *world) table() *Table { return Of(&w.run, &w.sum) }

func planOf(loads ...string) *record.Migrate {
	return &record.Migrate{Rates: []float64{100, 1000, 10000}, Utilisation: 0.6, Loads: loads,
		Price: record.Price{Currency: "USD", VCPUHour: 0.04, GBHour: 0.005}}
}

// drawRow draws a server whose cost falls with the rate, by less than the rate rises.
func drawRow(t *rapid.T, id string) row {
	base := rapid.Float64Range(20e-6, 3e-3).Draw(t, "cost")
	e := rapid.Float64Range(-0.8, 0).Draw(t, "exponent")
	idle := rapid.Float64Range(1e6, 1e8).Draw(t, "idle")
	each := rapid.Float64Range(1e3, 5e5).Draw(t, "each")
	return row{id: id, processes: 1, wait: rapid.Float64Range(0.02, 2).Draw(t, "wait"),
		cost:    func(rate float64) float64 { return base * math.Pow(rate/500, e) },
		memory:  func(n float64) float64 { return idle + n*each },
		spread:  rapid.Float64Range(0, 0.3).Draw(t, "spread"),
		workers: float64(rapid.SampledFrom([]int{0, 0, 4, 64, 200}).Draw(t, "workers"))}
}

// holds says that an interval holds its figure, and that no figure is nonsense.
func holds(f Figure) bool {
	return f.V >= 0 && !math.IsNaN(f.V) && !math.IsInf(f.V, 0) && (f.Interval == nil || f.Interval.Contains(f.V))
}
