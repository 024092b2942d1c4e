package metrictest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/steady"
)

const sampleEvery = 100 * time.Millisecond

// traffic answers how many requests had been sent, or had ended, at a time.
type traffic struct {
	sent []time.Duration // sorted
	ends []exchange      // sorted by end
}

func trafficOf(done []exchange) traffic {
	t := traffic{ends: slices.Clone(done)}
	for _, x := range done {
		t.sent = append(t.sent, x.sent)
	}
	slices.Sort(t.sent)
	slices.SortFunc(t.ends, func(a, b exchange) int { return int(a.end - b.end) })
	return t
}

func (t traffic) sentBy(at time.Duration) int {
	n, _ := slices.BinarySearch(t.sent, at+1)
	return n
}

func (t traffic) endedBy(at time.Duration) int {
	byEnd := func(x exchange, at time.Duration) int { return int(x.end - at) }
	n, _ := slices.BinarySearchFunc(t.ends, at+1, byEnd)
	return n
}

func (t traffic) inFlight(at time.Duration) int { return t.sentBy(at) - t.endedBy(at) }

// resources makes up what the sampler would have read: CPU in proportion to the
// requests answered, memory in proportion to those in flight.
func (m *Memory) resources(c *record.Cell, s *Server, flow traffic, rng *rand.Rand) {
	sc := &m.Record.Scenario
	cost := float64(s.Cost) * (1 + 0.02*rng.NormFloat64())
	clock := func(at time.Duration) time.Duration { return time.Duration(cost * float64(flow.endedBy(at))) }
	cut := sc.Duration + sc.Drain
	total, window := clock(cut)-clock(0), clock(sc.Duration)-clock(0)
	peak, idle := s.Idle, s.Idle
	var samples []record.Sample
	for at := -sc.Warmup; at <= cut; at += sampleEvery {
		p := record.Sample{At: at, CPU: clock(at), Processes: max(1, s.Subject.Processes)}
		if at%(3*sampleEvery) == 0 {
			pss := s.Idle + s.PerFlown*uint64(flow.inFlight(at))
			p.PSS, peak = &pss, max(peak, pss)
		}
		samples = append(samples, p)
	}
	m.Sampled[c.Index] = samples
	c.Server = record.Server{
		Health: contract.Health{Status: "ok", Processes: s.Subject.Processes, GOMAXPROCS: 1},
		To:     cut, CPU: &total, CPUWindow: &window, WindowTo: sc.Duration, PSSPeak: &peak, PSSIdle: &idle,
		Exit: "exit 0", Drained: true}
	processes := max(1, s.Subject.Processes) + s.Supervisors
	c.Server.Processes = &processes
	if s.File > 0 {
		c.Server.PSSIdleFile = &s.File
	}
	generator := time.Duration(len(flow.sent)) * 60 * time.Microsecond
	busy := min(0.95, float64(len(flow.sent))*120e-6/sc.Duration.Seconds())
	c.Machine = record.Machine{LoadBusy: &busy, GeneratorCPU: &generator}
	if s.Store > 0 {
		used := time.Duration(float64(window) * float64(s.Store) / float64(s.Cost))
		c.Machine.BackingCPU, c.Machine.BackingPrograms = &used, []string{"postgres"}
	}
	m.quiet(c)
	m.sampled(c, flow)
}

// quiet is a machine that nobody else uses, and that has room.
func (m *Memory) quiet(c *record.Cell) {
	steal, other, none, most, limit := 0.0, 0.01, 0, 64, uint64(4096)
	env := &m.Record.Environment
	c.Machine.Steal, c.Machine.Other = &steal, &other
	c.Machine.CPUTime = time.Duration(env.Cores) * m.Record.Scenario.Duration
	c.Machine.Stalls = &record.Stalls{Watched: m.Record.Scenario.Duration}
	c.Machine.Network = &record.Network{TimeWaitMost: &none, Ports: 28232, PortsReused: true}
	c.Server.FilesMost, c.Server.FilesLimit = &most, &limit
	c.Generator.Files, c.Generator.FilesLimit = &most, limit
}

// sampled is what the generator sums up beside the requests.
func (m *Memory) sampled(c *record.Cell, flow traffic) {
	window := m.Record.Scenario.Duration
	course := steady.New(window)
	for _, x := range flow.ends {
		course.Add(x.end, x.end-x.sent)
	}
	halves := course.Halves()
	c.Generator.Halves = &halves
	looks, sum, squares := 0.0, 0.0, 0.0
	for at := time.Duration(0); at < window; at += 4 * time.Millisecond {
		v := float64(flow.inFlight(at))
		looks, sum, squares = looks+1, sum+v, squares+v*v
	}
	mean := sum / looks
	c.Generator.InFlight = &record.Sampled{Count: uint64(looks), Mean: mean, SD: math.Sqrt(max(0, squares/looks-mean*mean))}
	if n := c.Server.Health.Processes; n > 1 {
		c.Generator.Processes = map[string]uint64{}
		for i := range n {
			c.Generator.Processes[fmt.Sprint(4711+i)] = c.Generator.Sent / uint64(n)
		}
	}
}

// ticks makes up the generator's aggregates.
func (m *Memory) ticks(c *record.Cell, flow traffic) {
	sc := &m.Record.Scenario
	for at := record.TickLength - sc.Warmup; at <= sc.Duration+sc.Drain; at += record.TickLength {
		before := at - record.TickLength
		t := record.Tick{At: at, P50: -1, P99: -1, InFlight: flow.inFlight(at)}
		t.Sent = uint64(flow.sentBy(at) - flow.sentBy(before))
		t.Scheduled = t.Sent
		var took []time.Duration
		for _, x := range flow.ends[flow.endedBy(before):flow.endedBy(at)] {
			took = append(took, x.end-x.sent)
		}
		t.Good = uint64(len(took))
		if slices.Sort(took); len(took) > 0 {
			t.P50, t.P99 = took[len(took)/2], took[len(took)*99/100]
		}
		c.Generator.InFlightPeak = max(c.Generator.InFlightPeak, t.InFlight)
		m.Tick[c.Index] = append(m.Tick[c.Index], t)
	}
}
