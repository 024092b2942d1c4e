package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/sample"
)

// lateLimit is how much longer than planned a generator may take before it is
// given up.
const lateLimit = 10 * time.Second

// errServerDied is the reason of a cell whose server ended during the attack.
var errServerDied = errors.New("the server ended during the attack")

// cell measures one cell. A failure of what is measured is written into the
// cell and is no error here; an error means that the run cannot go on.
func (r *runner) cell(ctx context.Context, out *record.Cell) error {
	dir, err := r.writer.CellDir(out)
	if err != nil {
		return err
	}
	out.Machine.TimeWait = kernelFacts().TimeWait
	err = r.measureSteady(ctx, &r.plan.Cells[out.Index], out, dir)
	left, sweepErr := r.guardian.EndAll()
	if sweepErr != nil {
		return sweepErr
	}
	if err == nil && left > 0 {
		err = fmt.Errorf("%d processes were left behind and have been ended", left)
	}
	return conclude(ctx, out, err, filepath.Join(dir, serverLog))
}

// conclude writes into a cell what became of it. It returns an error only when
// the run was stopped.
func conclude(ctx context.Context, out *record.Cell, err error, log string) error {
	switch {
	case ctx.Err() != nil:
		out.Status, out.Error = record.StatusInterrupted, "stopped before the end"
		return ctx.Err()
	case err != nil:
		out.Status, out.Error = record.StatusFailed, err.Error()
		if errors.Is(err, errServerDied) {
			out.LogTail, out.Died = proc.LogTail(log), true
		}
	default:
		out.Status = record.StatusOK
	}
	return nil
}

// measure takes everything up, attacks, and takes everything down.
func (r *runner) measure(ctx context.Context, c *plan.Cell, out *record.Cell, dir string) error {
	ps, err := r.takeUp(ctx, c, dir)
	if err != nil {
		return err
	}
	defer ps.kill()
	out.Server.Ready, out.Server.Health = ps.server.ready, ps.server.health
	if err := r.attack(ctx, c, out, dir, ps); err != nil {
		return err
	}
	return ps.takeDown(ctx, out, dir)
}

// takeUp starts the providers and the server of a cell, and verifies the server.
func (r *runner) takeUp(ctx context.Context, c *plan.Cell, dir string) (*parties, error) {
	ps := &parties{warn: r.warn}
	if err := r.fill(ctx, ps, c, dir); err != nil {
		ps.kill()
		return nil, err
	}
	return ps, nil
}

func (r *runner) fill(ctx context.Context, ps *parties, c *plan.Cell, dir string) (err error) {
	if ps.providers, err = r.startProviders(ctx, dir, c.Seed); err != nil {
		return err
	}
	if ps.home, err = r.newHome(c, dir); err != nil {
		return err
	}
	ps.endLimit = endLimit(c.Row)
	ps.start = func(ctx context.Context) (*subject, error) {
		return r.startSubject(ctx, c.Row, dir, ps.home, ps.providers.urls())
	}
	if ps.server, err = ps.start(ctx); err != nil {
		return err
	}
	ps.sends = c.Row.Resolved.Settings["queue_workers"] != "0"
	ps.tree = sample.NewTree(ps.server.proc.PID, r.guardian.OrphanCPU)
	ps.backing = findBacking(c.Row.Resolved.Backing(), os.Getenv)
	return r.verify(ctx, c.Row, ps.server)
}

// takeDown ends the server in its own time and asks the providers what they saw
// and what they accepted.
func (ps *parties) takeDown(ctx context.Context, out *record.Cell, dir string) (err error) {
	if h, err := ps.server.lastHealth(ctx); err == nil {
		out.Server.RestartsSeen = h.Restarts
	}
	exit, drained := ps.server.proc.Stop(ps.endLimit)
	out.Server.Exit, out.Server.Drained = exit.String(), drained
	if out.Server.Drain = drainOf(ps.server.log); out.Server.Left() > 0 && ps.sends {
		if err := ps.resume(ctx, out); err != nil {
			return err
		}
	}
	// Only now has the last call of the server arrived.
	if out.Providers, err = ps.providers.stats(ctx); err != nil {
		return err
	}
	return ps.providers.ledger(ctx, filepath.Join(dir, record.LedgerFile))
}

// kill ends whatever of the parties still runs, and removes what they have left.
func (ps *parties) kill() {
	if ps.server != nil {
		ps.server.proc.Kill()
	}
	if ps.providers != nil {
		ps.providers.proc.Stop(stopLimit)
	}
	ps.home.remove(ps.warn)
}

// parties are the processes of a cell.
type parties struct {
	sends     bool // what it queues: it has workers for it
	server    *subject
	home      *home
	providers *providers
	generator *generator
	tree      *sample.Tree // of the server's processes
	backing   backing      // the services that it keeps its data in
	others    []*parties   // that wait meanwhile for a slice of their own
	warn      func(format string, args ...any)
	start     func(context.Context) (*subject, error) // the server, in its home
	endLimit  time.Duration                           // of the server, once it is told to end
}

// attack lets the generator attack while the server is sampled.
func (r *runner) attack(ctx context.Context, c *plan.Cell, out *record.Cell, dir string, ps *parties) error {
	m := r.newMeter(ps)
	m.idle(out)
	g, err := r.startGenerator(ctx, c, dir, ps.server.url)
	if err != nil {
		return err
	}
	defer g.proc.Kill()
	ps.generator = g
	out.Zero = g.zero.UTC()
	if err := ps.providers.timeline(ctx, g.zero, r.run.Scenario.Timeline); err != nil {
		return err
	}
	samples, err := record.CreateSamples(filepath.Join(dir, record.SamplesFile))
	if err != nil {
		return err
	}
	stop := m.watch(ctx, g.zero, samples)
	queue := func() *record.Queue { return nil }
	if c.Row.Resolved.Queues() {
		queue = ps.server.watchQueue(ctx, g.zero, out.Duration)
	}
	err = r.follow(ctx, ps, m, out)
	out.Server.Queue = queue()
	return errors.Join(err, stop(out))
}

// follow reads the meters at the edges of the window and waits for the
// generator's end.
func (r *runner) follow(ctx context.Context, ps *parties, m *meter, out *record.Cell) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g := ps.generator
	zero := time.NewTimer(time.Until(g.zero))
	end := time.NewTimer(time.Until(g.zero.Add(out.Duration)))
	late := time.NewTimer(time.Until(g.zero.Add(out.Duration + r.plan.Scenario.Drain + lateLimit)))
	defer zero.Stop()
	defer end.Stop()
	defer late.Stop()
	kills := newKills(g.zero, r.plan.Scenario.Timeline)
	for {
		select {
		case <-zero.C:
			m.from(ctx, out)
		case <-kills.next:
			if err := ps.server.killWorker(out); err != nil {
				return err
			}
			kills.wait()
		case <-end.C:
			m.windowEnd(out)
		case err := <-g.result:
			if err != nil {
				return err
			}
			if out.Server.WindowTo == 0 { // the generator and the timer were ready at once
				m.windowEnd(out)
			}
			m.to(out)
			take(g.done, out)
			return nil
		case <-ps.server.proc.Done():
			_ = g.proc.Signal(syscall.SIGTERM) // it may have ended by itself just now
			waitResult(g)
			take(g.done, out)
			return fmt.Errorf("%w (%s)", errServerDied, ps.server.proc.Exit())
		case <-late.C:
			return fmt.Errorf("the generator did not end within %v of its time", lateLimit)
		case <-ctx.Done():
			_ = g.proc.Signal(syscall.SIGTERM)
			waitResult(g)
			take(g.done, out)
			return ctx.Err()
		}
	}
}

// waitResult gives a generator that was told to stop the time to write down
// what it has.
func waitResult(g *generator) {
	select {
	case <-g.result:
	case <-time.After(stopLimit):
	}
}
