package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/proc"
)

// life is one row while it runs.
type life struct {
	b         *bench
	style     style
	mode      mode
	providers *providers
	port      string
	env       []string // but for the port
	dir       string   // of logs

	row    row
	killed map[int]bool
}

// measure lets one style in one mode go through all of it. What cannot be carried out
// is the row's error.
func (b *bench) measure(ctx context.Context, s style, m mode) row {
	l := &life{b: b, style: s, mode: m, killed: map[int]bool{},
		row: row{Style: s.name, Mode: m.name, Happened: map[string]int{}, Seconds: b.o.length.Seconds()}}
	if err := l.run(ctx); err != nil {
		l.row.Error = err.Error()
	}
	if _, err := b.guardian.EndAll(); err != nil && l.row.Error == "" {
		l.row.Error = fmt.Sprintf("end what still runs: %v", err)
	}
	return l.row
}

func (l *life) prepare(ctx context.Context) (err error) {
	name := l.style.name + "_" + strings.NewReplacer(", ", "_").Replace(l.mode.name)
	// Data is never kept: the keys of the next run are the same.
	data := filepath.Join(l.b.dir, name+".data")
	l.dir = filepath.Join(l.b.dir, name+".logs")
	if l.b.o.logs != "" {
		l.dir = filepath.Join(l.b.o.logs, name)
	}
	if l.dir, err = filepath.Abs(l.dir); err != nil {
		return err
	}
	for _, dir := range []string{data, l.dir} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	log, err := os.Create(filepath.Join(l.dir, "providers.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	if l.providers, err = l.b.startProviders(ctx, log); err != nil {
		return err
	}
	urls := l.providers.ready.Providers
	l.env = l.b.environ(settings(), l.mode.set, map[string]string{
		contract.EnvHost:     host,
		contract.EnvEmailURL: urls[contract.Email], contract.EnvSMSURL: urls[contract.SMS], contract.EnvPushURL: urls[contract.Push],
		contract.EnvWire: l.b.o.wire, contract.EnvStore: l.b.o.store, contract.EnvCache: l.b.o.cache,
		contract.EnvData: data, contract.EnvSchema: fmt.Sprintf("chaos_%s_%d", name, time.Now().UnixMilli()),
	})
	return nil
}

// run is the first life under load and disturbance, then a second one that finishes
// and is asked.
func (l *life) run(ctx context.Context) error {
	if err := l.prepare(ctx); err != nil {
		return err
	}
	// Whatever comes, all ends here: the guardian would wait whether it does so by itself.
	defer l.providers.proc.Kill()
	first, err := l.begin(ctx)
	if err != nil {
		return err
	}
	defer first.proc.Kill()
	var second *server
	defer func() {
		if second != nil {
			second.proc.Kill()
		}
	}()
	c := newClient(first.url, l.b.o.seed, l.b.o.rate)
	defer c.close()
	trouble, end := context.WithCancel(ctx)
	disturbed := make(chan error, 1)
	go func() { disturbed <- l.disturb(trouble, first) }()
	calm := sync.OnceValue(func() error { end(); return <-disturbed })
	defer calm()
	// What is in flight when the load is over meets a server that stops and comes again.
	var handover error
	outcomes, err := c.offer(ctx, l.b.o.length, func() {
		if handover = calm(); handover == nil {
			second, handover = l.change(ctx, first)
		}
	})
	if err := errors.Join(err, handover); err != nil {
		return err
	}
	stored, err := l.settle(ctx, second, outcomes)
	if err != nil {
		return err
	}
	if _, err := second.stop(); err != nil { // its last calls have ended
		return err
	}
	ledger, err := l.providers.ledger(ctx)
	if err != nil {
		return err
	}
	v := join(facts{outcomes: outcomes, stored: stored, ledger: ledger,
		killed: l.killed, memory: l.mode.memory, dropped: l.row.Drain.Dropped})
	l.row.Verdict = &v
	if v.Accepted == 0 { // it has kept its word by giving none
		return fmt.Errorf("not one of %d notifications was accepted; the server's log ends:\n%s", v.Requests, tail(first.log))
	}
	return nil
}

// portTries is on how many ports the first life is tried.
const portTries = 3

// begin starts the first life. A port that was taken in between is replaced; the second
// life needs the same.
func (l *life) begin(ctx context.Context) (first *server, err error) {
	for range portTries {
		if l.port, err = freePort(); err != nil {
			return nil, err
		}
		first, err = l.b.startServer(ctx, l.style, l.port, l.env, filepath.Join(l.dir, "first.log"))
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), "address already in use") {
			break
		}
	}
	return first, err
}

// change ends the first life with SIGTERM, from then on with providers that are well,
// and starts the second on the same port and data.
func (l *life) change(ctx context.Context, first *server) (second *server, err error) {
	if err := first.alive(); err != nil {
		return nil, err
	}
	if l.row.ExitCode, err = first.stop(); err != nil {
		return nil, err
	}
	if l.row.Drain, err = first.drained(); err != nil {
		return nil, err
	}
	if err := l.providers.behave(ctx, healthy()); err != nil {
		return nil, err
	}
	return l.b.startServer(ctx, l.style, l.port, l.env, filepath.Join(l.dir, "second.log"))
}

// disturb carries out the schedule until it is told to stop. What it does, and when, is
// in a file beside the logs.
func (l *life) disturb(ctx context.Context, s *server) error {
	log, err := os.Create(filepath.Join(l.dir, "disturbances.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	begin := time.Now()
	var restarts sync.WaitGroup
	failed := make(chan error, 1)
	defer restarts.Wait()
	for _, e := range schedule(l.b.o.seed, l.b.o.pace()) {
		if sleep(ctx, e.at-time.Since(begin)) != nil {
			break
		}
		if e.kind == killChild && !l.kill(s, e.pick) {
			continue
		}
		l.row.Happened[e.kind]++
		fmt.Fprintf(log, "%s %v %s %s\n", time.Now().UTC().Format(time.RFC3339Nano), e.at, e.kind, e.text)
		switch e.kind {
		case killChild:
		case flap:
			if err := l.providers.behave(ctx, e.behaviour); err != nil && ctx.Err() == nil {
				return err
			}
		default: // it takes a while, and the rest goes on; what has begun is finished
			restarts.Go(func() {
				if err := l.b.services.do(context.WithoutCancel(ctx), e.kind); err != nil {
					select {
					case failed <- err:
					default:
					}
				}
			})
		}
	}
	restarts.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// kill ends one child of the server; false where it has none.
func (l *life) kill(s *server, pick uint64) bool {
	kids := proc.Children(s.proc.PID)
	if len(kids) == 0 {
		return false
	}
	slices.Sort(kids)
	pid := kids[pick%uint64(len(kids))]
	if syscall.Kill(pid, syscall.SIGKILL) != nil {
		return false
	}
	l.killed[pid] = true
	return true
}
