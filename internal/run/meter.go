package run

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/sample"
)

// meter reads the resources of the parties at the edges of the window. What the
// platform cannot measure stays nil in the record.
type meter struct {
	ps       *parties
	guardian int
	cores    int // of the load side
	procs    int // GOMAXPROCS of generator and providers
	tree     *sample.Tree
	backing  []*sample.Tree // of the services of the row
	first    reading        // at the start of measurement
	stalls   func() *record.Stalls
}

// reading is the CPU of everybody at one time.
type reading struct {
	at                                   time.Time
	server, providers, generator, ours   time.Duration
	waiting                              time.Duration // of the parties whose slice it is not
	backing                              time.Duration // of the services of the row
	machine                              sample.Machine
	network                              sample.Network
	switches                             uint64
	serverOK, loadOK, machineOK, countOK bool
	networkOK, backingOK                 bool
}

func (r *runner) newMeter(ps *parties) *meter {
	cores := len(r.plan.Cores.Load)
	if cores == 0 {
		cores = len(r.plan.Machine.CPUs)
	}
	return &meter{
		ps: ps, guardian: r.guardian.PID(), cores: cores, procs: max(2, len(r.plan.Cores.Load)),
		tree: ps.tree, backing: ps.backing.trees(),
	}
}

// idle reads the memory of the server before any load.
func (m *meter) idle(out *record.Cell) {
	if mem, err := m.tree.Memory(); err == nil {
		out.Server.PSSIdle, out.Server.PSSIdleFile = &mem.PSS, mem.PSSFile
	}
}

func (m *meter) read() (now reading) {
	var err error
	now.at = time.Now()
	now.server, err = m.tree.CPU()
	now.serverOK = err == nil
	var err1, err2 error
	now.providers, err1 = m.ps.providers.cpu()
	now.generator, err2 = sample.ProcessCPU(m.ps.generator.proc.PID)
	now.loadOK = err1 == nil && err2 == nil
	waiting, err3 := m.waiting()
	now.waiting = waiting
	now.backing, err = m.backingCPU()
	now.backingOK = err == nil
	own, err1 := sample.ProcessCPU(os.Getpid()) // what this reading has cost so far is ours
	guardian, err2 := sample.ProcessCPU(m.guardian)
	now.ours = own + guardian
	now.machine, err = sample.ReadMachine()
	now.machineOK = err == nil && err1 == nil && err2 == nil && err3 == nil
	now.switches, err = m.tree.Switches()
	now.countOK = err == nil
	now.network, err = sample.ReadNetwork()
	now.networkOK = err == nil
	return now
}

// waiting is the CPU that the other parties of the block have used since their start.
func (m *meter) waiting() (sum time.Duration, err error) {
	for _, ps := range m.ps.others {
		server, err1 := ps.tree.CPU()
		providers, err2 := ps.providers.cpu()
		sum += server + providers
		err = errors.Join(err, err1, err2)
	}
	return sum, err
}

// from is the reading at the start of measurement.
func (m *meter) from(ctx context.Context, out *record.Cell) {
	m.first = m.read()
	m.stalls = watchStalls(ctx)
	out.Server.From = m.first.at.Sub(m.ps.generator.zero)
}

// windowEnd is the reading at the end of the window.
func (m *meter) windowEnd(out *record.Cell) {
	now := m.read()
	if m.stalls != nil {
		out.Machine.Stalls = m.stalls()
	}
	out.Server.WindowTo = now.at.Sub(m.ps.generator.zero)
	if m.first.serverOK && now.serverOK {
		d := now.server - m.first.server
		out.Server.CPUWindow = &d
	}
	if m.first.countOK && now.countOK && now.switches >= m.first.switches {
		n := now.switches - m.first.switches
		out.Server.Switches = &n
	}
	m.load(out, now)
	m.services(out, now)
	m.machine(out, now)
	m.network(out, now)
}

func (m *meter) load(out *record.Cell, now reading) {
	if !m.first.loadOK || !now.loadOK {
		return
	}
	providers, generator := now.providers-m.first.providers, now.generator-m.first.generator
	// Two processes share the cores, and neither can use more than its Ps.
	took := float64(now.at.Sub(m.first.at))
	busy := max(float64(providers+generator)/took/float64(m.cores),
		float64(max(providers, generator))/took/float64(min(m.cores, m.procs)))
	out.Machine.LoadBusy, out.Machine.GeneratorCPU = &busy, &generator
	if m.ps.providers != nil {
		out.Machine.ProvidersCPU = &providers
	}
}

func (m *meter) machine(out *record.Cell, now reading) {
	if !m.first.machineOK || !now.machineOK {
		return
	}
	ours := now.ours - m.first.ours
	out.Machine.HarnessCPU = &ours
	d := now.machine.Sub(m.first.machine)
	if d.Total() <= 0 || !m.first.loadOK || !now.loadOK || !m.first.serverOK || !now.serverOK {
		return
	}
	steal := float64(d.Steal) / float64(d.Total())
	waiting := now.waiting - m.first.waiting
	if len(m.ps.others) > 0 {
		out.Machine.WaitingCPU = &waiting
	}
	known := ours + waiting + now.server - m.first.server + now.providers - m.first.providers +
		now.generator - m.first.generator
	if used := out.Machine.BackingCPU; used != nil {
		known += *used
	}
	// The kernel samples by ticks who is busy, and knows of our processes to the
	// nanosecond: of nothing else, the difference is as often below zero as above.
	other := float64(d.Busy-known) / float64(d.Total())
	out.Machine.Steal, out.Machine.Other, out.Machine.CPUTime = &steal, &other, d.Total()
}

func (m *meter) network(out *record.Cell, now reading) {
	if !m.first.networkOK || !now.networkOK {
		return
	}
	d := now.network.Sub(m.first.network)
	out.Machine.Network = &record.Network{
		ListenOverflows: d.ListenOverflows, ListenDrops: d.ListenDrops,
		Retransmits: d.Lost(), Elsewhere: d.Elsewhere,
	}
}

// ports looks at the ports once the load is over: the list of sockets is long.
func (m *meter) ports(n *record.Network) {
	facts := kernelFacts()
	if n == nil || facts.Ports == nil || facts.TWReuse == nil {
		return
	}
	n.Ports, n.PortsReused = facts.Ports.Count(), *facts.TWReuse != 0
	if most, err := sample.TimeWaitMost(); err == nil {
		n.TimeWaitMost = &most
	}
}

// to is the reading after the drain.
func (m *meter) to(out *record.Cell) {
	cpu, err := m.tree.CPU()
	out.Server.To = time.Since(m.ps.generator.zero)
	if err == nil && m.first.serverOK {
		d := cpu - m.first.server
		out.Server.CPU = &d
	}
	m.ports(out.Machine.Network)
}

// take takes over what the generator said.
func take(g *record.Generator, out *record.Cell) {
	if g != nil {
		out.Generator = *g
	}
}

// watch samples until the returned function is called, which fills in the peaks.
func (m *meter) watch(ctx context.Context, zero time.Time, table *record.Table[record.Sample]) func(*record.Cell) error {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan sample.Peaks, 1)
	tree := sample.NewTree(m.ps.server.proc.PID, noOrphans)
	var failed error
	go func() {
		done <- sample.Watch(ctx, tree, zero, func(s record.Sample) {
			if failed == nil {
				failed = table.Add(&s)
			}
		})
	}()
	return func(out *record.Cell) error {
		cancel()
		p := <-done
		s := &out.Server
		s.PSSPeak, s.HWM, s.Threads, s.Files, s.Processes = p.PSS, p.HWM, p.Threads, p.Files, p.Processes
		s.FilesMost, s.FilesLimit = p.FilesMost, p.FilesLimit
		if failed != nil {
			return failed
		}
		return table.Close()
	}
}

// watchStalls looks for stalls until the returned function is called, or ctx ends.
func watchStalls(ctx context.Context) func() *record.Stalls {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan *record.Stalls, 1)
	go func() { done <- sample.WatchStalls(ctx) }()
	return func() *record.Stalls {
		cancel()
		return <-done
	}
}
