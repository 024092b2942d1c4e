package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/stamp"
)

// attacked is what a generator leaves behind.
type attacked struct {
	exit     proc.Exit
	intended map[uint64]int64 // of ours: when each k was meant to be sent, ns since 1970
}

// measure lets a generator attack a fresh target.
func (b *bench) measure(ctx context.Context, r *row) (*figures, error) {
	target, out, err := b.guardian.StartHeard(proc.Spec{
		Args: []string{"bin/generator-target"}, Env: os.Environ(), CPUs: b.target, Stderr: os.Stderr,
	})
	if err != nil {
		return nil, err
	}
	defer out.Close()
	defer target.Kill()
	said := bufio.NewReader(out)
	url, err := said.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the target did not start: %w", err)
	}
	a, err := r.fire(ctx, b, strings.TrimSpace(url))
	if err != nil {
		return nil, err
	}
	if err := target.Signal(syscall.SIGTERM); err != nil {
		return nil, err
	}
	arrivals, err := stamp.Read(said)
	if err != nil {
		return nil, err
	}
	if len(arrivals) == 0 {
		return nil, errors.New("nothing arrived")
	}
	return r.judge(arrivals, a), nil
}

// judge computes the figures of one attack.
func (r *row) judge(arrivals []stamp.Arrival, a *attacked) *figures {
	at := settled(arrivals)
	cpu, rss := float64(a.exit.CPU)/float64(len(arrivals)), float64(a.exit.MaxRSS)
	f := &figures{rate: achieved(at), cpu: &cpu, rss: &rss}
	switch {
	case r.rate == 0:
	case r.even:
		f.setLags(uniformLag(at, r.rate))
		f.bursts = burstShare(at, r.rate)
	default:
		f.setLags(intendedLag(arrivals, a.intended))
	}
	return f
}

// wait waits for a generator to end by itself.
func wait(ctx context.Context, p *proc.Process, out *os.File) (proc.Exit, error) {
	defer out.Close()
	defer p.Kill()
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends when out is closed
	late := time.NewTimer(length + 10*time.Second)
	defer late.Stop()
	select {
	case <-p.Done():
	case <-ctx.Done():
		return proc.Exit{}, ctx.Err()
	case <-late.C:
		return proc.Exit{}, errors.New("the generator did not end in time")
	}
	if exit := p.Exit(); exit.Code != 0 || exit.Signal != "" {
		return exit, fmt.Errorf("the generator ended with %v", exit)
	}
	return p.Exit(), nil
}
