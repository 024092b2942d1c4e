package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
)

// services are PostgreSQL and Redis as scripts/services.sh runs them. Nil where
// neither is needed.
type services struct {
	env []string // DATABASE_URL=…, REDIS_URL=…
	own bool     // started here, to be stopped here
}

func startServices(ctx context.Context) (*services, error) {
	_, err := runScript(ctx, "status")
	s := &services{own: err != nil}
	out, err := runScript(ctx, "start")
	if err != nil {
		return nil, err
	}
	s.env = strings.Fields(out)
	return s, nil
}

// do restarts one of them.
func (s *services) do(ctx context.Context, what string) error {
	_, err := runScript(ctx, what)
	return err
}

func (s *services) stop() error {
	if s == nil || !s.own {
		return nil
	}
	_, err := runScript(context.Background(), "stop")
	return err
}

// runScript lets the script come to its end even where the run is interrupted: it is
// in a process group of its own, and a start cut short takes down what it has begun.
func runScript(ctx context.Context, what string) (stdout string, err error) {
	cmd := exec.CommandContext(ctx, "scripts/services.sh", what)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("scripts/services.sh %s: %w: %s", what, err, bytes.TrimSpace(log.Bytes()))
	}
	return out.String(), nil
}
