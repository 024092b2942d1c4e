package selftest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/attack"
	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stamp"
)

// TargetArg is the hidden sub-command of the target of the generator.
const TargetArg = "target"

// targetReady is the first line of a target.
type targetReady struct {
	URL string `json:"url"`
}

// RunTarget stamps what arrives until ctx ends, and then writes it to out.
func RunTarget(ctx context.Context, out io.Writer) error {
	arrivals, err := stamp.Serve(ctx, func(url string) error {
		return json.NewEncoder(out).Encode(targetReady{url})
	})
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	return stamp.Write(out, arrivals)
}

// volley is one attack of our generator on a target.
type volley struct {
	shape            string
	warmup, duration time.Duration
	frozen           string // who is stopped in the middle of the window: "", "target" or "generator"
}

// outcome is what both sides say of a volley.
type outcome struct {
	requests []record.Request
	totals   record.Generator
	arrivals []stamp.Arrival
	from, to time.Time // of the freeze
}

// freezeLength is how long somebody is stopped.
const freezeLength = 200 * time.Millisecond

// maxInFlight of a volley is far above what a freeze holds up.
const maxInFlight = 2000

// fire attacks a fresh target with a fresh generator.
func (b *bench) fire(ctx context.Context, v volley) (out outcome, err error) {
	if !stamp.Supported {
		return out, stamp.ErrUnsupported
	}
	target, err := b.start(b.other, nil, nil, "selftest", TargetArg)
	if err != nil {
		return out, err
	}
	defer target.end()
	said := bufio.NewReader(target.out)
	ready, err := hear[targetReady](ctx, target, said, 1, 0)
	if err != nil {
		return out, err
	}
	job := attack.Job{
		URL: ready[0].URL + contract.PathNotify, Shape: v.shape, Seed: 1, Channels: []string{contract.Email},
		Warmup: v.warmup, Duration: v.duration, Drain: 2 * time.Second, Timeout: 5 * time.Second,
		MaxInFlight: maxInFlight, Requests: filepath.Join(b.dir, record.RequestsFile),
	}
	generator, err := b.start(b.load, job, nil, "generate")
	if err != nil {
		return out, err
	}
	defer generator.end()
	if err := b.follow(ctx, v, &out, generator, target); err != nil {
		return out, err
	}
	if err := target.Signal(syscall.SIGTERM); err != nil {
		return out, target.failed(err)
	}
	if err := target.out.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return out, err
	}
	if out.arrivals, err = stamp.Read(said); err != nil {
		return out, target.failed(err)
	}
	for q, err := range record.ReadRequests(job.Requests) {
		if err != nil {
			return out, err
		}
		out.requests = append(out.requests, q)
	}
	return out, nil
}

// follow hears the generator out, and freezes who is to be frozen.
func (b *bench) follow(ctx context.Context, v volley, out *outcome, generator, target *part) error {
	lines := bufio.NewReader(generator.out)
	first, err := hear[attack.Event](ctx, generator, lines, 1, 0)
	if err == nil && first[0].Zero == nil {
		err = generator.failed(errors.New("the start was not announced first"))
	}
	if err != nil {
		return err
	}
	if who := map[string]*part{"target": target, "generator": generator}[v.frozen]; who != nil {
		middle := first[0].Zero.Add(v.duration / 2)
		if err := freeze(ctx, who, time.Until(middle), out); err != nil {
			return err
		}
	}
	for {
		e, err := hear[attack.Event](ctx, generator, lines, 1, v.warmup+v.duration)
		if err != nil {
			return err
		}
		if e[0].Done != nil {
			out.totals = *e[0].Done
			return nil
		}
	}
}

// freeze stops a process for a while, and notes when.
func freeze(ctx context.Context, who *part, in time.Duration, out *outcome) error {
	if err := pause(ctx, in); err != nil {
		return err
	}
	if err := who.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	out.from = time.Now()
	err := pause(ctx, freezeLength)
	out.to = time.Now()
	return errors.Join(err, who.Signal(syscall.SIGCONT))
}
