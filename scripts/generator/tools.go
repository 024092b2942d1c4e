package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/notifybench/notifybench/internal/attack"
	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/run"
)

// connections of the closed loops.
const connections = 64

func allRows() []*row {
	rows := []*row{
		{load: "2,000/s", tool: "notifybench", rate: 2000, even: true, fire: ours("2000/s"), targets: targets{.2e6, .5e6, .03}},
		{load: "2,000/s", tool: "vegeta", rate: 2000, even: true, fire: vegeta("-rate", "2000")},
		{load: "5,000/s", tool: "notifybench", rate: 5000, even: true, fire: ours("5000/s"), targets: targets{p99: 1e6}},
		{load: "5,000/s", tool: "vegeta", rate: 5000, even: true, fire: vegeta("-rate", "5000")},
		{load: "2,000/s Poisson", tool: "notifybench", rate: 2000, fire: ours("{poisson: {rate: 2000/s}}")},
		{load: "64 connections", tool: "notifybench", fire: ours(fmt.Sprintf("{closed: {connections: %d}}", connections))},
		{load: "64 connections", tool: "vegeta", fire: vegeta("-rate", "0", "-max-workers", fmt.Sprint(connections))},
		{load: "64 connections", tool: "wrk", fire: wrk},
	}
	for _, r := range rows {
		if _, err := exec.LookPath("wrk"); r.tool == "wrk" && err != nil {
			r.missing = "not installed: apt-get install wrk"
		}
	}
	return rows
}

// ours attacks with notifybench, as a run does.
func ours(shape string) func(context.Context, *bench, string) (*attacked, error) {
	return func(ctx context.Context, b *bench, url string) (*attacked, error) {
		job := attack.Job{
			URL: url + contract.PathNotify, Shape: shape, Seed: 1, Channels: []string{contract.Email},
			Duration: length, Drain: time.Second, Timeout: 5 * time.Second,
			MaxInFlight: 1000, Requests: filepath.Join(b.dir, record.RequestsFile),
		}
		p, out, err := b.guardian.StartTold(proc.Spec{
			Args: []string{b.self, "generate"}, Env: run.LoadEnv(len(b.load)), CPUs: b.load, Stderr: os.Stderr,
		}, job)
		if err != nil {
			return nil, err
		}
		exit, err := wait(ctx, p, out)
		if err != nil {
			return nil, err
		}
		a := &attacked{exit: exit, intended: map[uint64]int64{}}
		for q, err := range record.ReadRequests(job.Requests) {
			if err != nil {
				return nil, err
			}
			a.intended[q.K] = q.Timestamp.Add(-q.Lag).UnixNano()
		}
		return a, nil
	}
}

const (
	vegetaBin = "bin/vegeta"
	body      = `{"subject":"Your order has shipped","message":"Parcel on its way","email":"user1@example.com","channels":["email"]}`
)

// vegeta attacks with the stock command and its defaults.
func vegeta(load ...string) func(context.Context, *bench, string) (*attacked, error) {
	return func(ctx context.Context, b *bench, url string) (*attacked, error) {
		content, list := filepath.Join(b.dir, "body"), filepath.Join(b.dir, "targets")
		if err := os.WriteFile(content, []byte(body), 0o600); err != nil {
			return nil, err
		}
		text := fmt.Sprintf("POST %s%s\nContent-Type: application/json\n@%s\n", url, contract.PathNotify, content)
		if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
			return nil, err
		}
		args := append([]string{vegetaBin, "attack", "-targets", list, "-duration", length.String(), "-output", os.DevNull}, load...)
		return b.plain(ctx, args)
	}
}

func wrk(ctx context.Context, b *bench, url string) (*attacked, error) {
	path, err := exec.LookPath("wrk")
	if err != nil {
		return nil, err
	}
	return b.plain(ctx, []string{path, "-t1", fmt.Sprintf("-c%d", connections), fmt.Sprintf("-d%.0fs", length.Seconds()),
		"-s", "scripts/generator/post.lua", url + contract.PathNotify})
}

// plain runs a foreign generator on the generator's core.
func (b *bench) plain(ctx context.Context, args []string) (*attacked, error) {
	p, out, err := b.guardian.StartHeard(proc.Spec{Args: args, Env: os.Environ(), CPUs: b.load, Stderr: os.Stderr})
	if err != nil {
		return nil, err
	}
	exit, err := wait(ctx, p, out)
	return &attacked{exit: exit}, err
}

func (b *bench) vegetaVersion() string {
	info, err := buildinfo.ReadFile(vegetaBin)
	if err != nil {
		return "of unknown version"
	}
	for _, d := range info.Deps {
		if d.Path == "github.com/tsenart/vegeta/v12" {
			return d.Version
		}
	}
	return info.Main.Version
}

// invalid is the exit code of a run that is not to be believed; its figures are
// shown here all the same, since lateness is one of the reasons.
const invalid = 4

// realCase measures our generator as it is used: beside the providers.
func (b *bench) realCase(ctx context.Context) (*row, error) {
	runs := filepath.Join(b.dir, "runs")
	cmd := exec.CommandContext(ctx, b.self, "run", "scripts/generator/shared.yaml", "--out", runs)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it takes down its own
	cmd.Stderr = os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == invalid) {
		return nil, fmt.Errorf("the real case: %w", err)
	}
	rd, err := record.Open(filepath.Join(runs, "latest"))
	if err != nil {
		return nil, err
	}
	r := &row{load: "1,000/s, core shared", tool: "notifybench"}
	for i := range rd.Run().Cells {
		c := &rd.Run().Cells[i]
		var lags []time.Duration
		for q, err := range rd.Requests(c) {
			if err != nil {
				return nil, err
			}
			lags = append(lags, q.Lag)
		}
		g := &c.Generator
		rate, rss := float64(g.Sent)/g.Window.Seconds(), float64(g.MaxRSS)
		f := figures{rate: &rate, rss: &rss}
		if cpu := c.Machine.GeneratorCPU; cpu != nil && g.Sent > 0 {
			each := float64(*cpu) / float64(g.Sent)
			f.cpu = &each
		}
		f.setLags(lags)
		r.rounds = append(r.rounds, f)
	}
	return r, nil
}
