package selftest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/run"
)

// bench is where the checks are made: everything is started through a guardian,
// as in a run.
type bench struct {
	opts     Options
	guardian *proc.Guardian
	dir      string // for files of the checks, removed at the end
	load     []int  // cores of generator and providers; empty: all
	other    []int  // cores of whoever they talk to
}

// chooseCores gives the load side the first core and its partner the others.
func (b *bench) chooseCores() error {
	cpus, err := proc.UsableCPUs()
	if err != nil {
		return err
	}
	if proc.CanPin && len(cpus) > 1 {
		b.load, b.other = cpus[:1], cpus[1:]
		return proc.PinSelf(b.other) // a caller on the callee's core would wait for it
	}
	return nil
}

// long is the first length in the full form, the second in the short one.
func (b *bench) long(full, short time.Duration) time.Duration {
	if b.opts.Short {
		return short
	}
	return full
}

// part is a process that plays a part in a check.
type part struct {
	name string
	*proc.Process
	out *os.File
	log string
}

// start starts this program in another part. told, where not nil, is written to
// its standard input as JSON; stdin is what it reads otherwise.
func (b *bench) start(cpus []int, told any, stdin *os.File, args ...string) (*part, error) {
	log, err := os.CreateTemp(b.dir, args[0]+"-*.log")
	if err != nil {
		return nil, fmt.Errorf("create a log: %w", err)
	}
	defer log.Close()
	p := &part{name: args[0], log: log.Name()}
	spec := proc.Spec{
		Args: append([]string{b.opts.Self}, args...), Env: run.LoadEnv(len(b.load)),
		CPUs: cpus, Stdin: stdin, Stderr: log,
	}
	if told != nil {
		p.Process, p.out, err = b.guardian.StartTold(spec, told)
	} else {
		p.Process, p.out, err = b.guardian.StartHeard(spec)
	}
	return p, err
}

// end ends the part and its group.
func (p *part) end() {
	p.Kill()
	p.out.Close()
}

// failed explains why a part did not do what it was started for.
func (p *part) failed(err error) error {
	tail, _ := os.ReadFile(p.log) // without a log there is less to say
	return fmt.Errorf("%s: %w; it said: %s", filepath.Base(p.name), err, tail[max(0, len(tail)-500):])
}

// patience bounds how long a part may take beyond the time it was given.
const patience = 10 * time.Second

// hear decodes n lines of JSON from the part and leaves the rest unread.
func hear[T any](ctx context.Context, p *part, lines *bufio.Reader, n int, within time.Duration) ([]T, error) {
	stop := context.AfterFunc(ctx, func() { _ = p.out.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := p.out.SetReadDeadline(time.Now().Add(within + patience)); err != nil {
		return nil, err
	}
	all := make([]T, n)
	for i := range all {
		line, err := lines.ReadBytes('\n')
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			err = json.Unmarshal(line, &all[i])
		}
		if err != nil {
			return nil, p.failed(fmt.Errorf("heard %d of %d lines: %w", i, n, err))
		}
	}
	return all, nil
}

// pause waits, or returns ctx's error.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
