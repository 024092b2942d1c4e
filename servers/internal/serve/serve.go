// Package serve is what surrounds every style: the environment contract, the
// listener, health, signals, and a supervisor for several processes.
//
// A process is starting, then ready, then draining; GET /healthz and /readyz answer
// 200 in the second state alone. SIGTERM or SIGINT begins the draining: not ready
// any more, for NOTIFY_SHUTDOWN_GRACE still accepting, then no new connections; what
// is in flight and in the queue has NOTIFY_DRAIN to finish, and what is left of a
// durable queue stays for the next process. A second signal ends it at once. Either
// way a line of the log says what became of what was accepted. Exit codes: 0 drained,
// 1 failed or cut off, 2 bad environment.
//
// With WEB_CONCURRENCY=N above 1 the process becomes a supervisor of N children
// that share the port by SO_REUSEPORT; see supervisor.go.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/notifybench/notifybench/servers/internal/notification"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailure     = 1
	exitEnvironment = 2
)

// Server is one style's HTTP server. Serve returns when Shutdown has begun or it
// cannot go on; Shutdown returns when nothing is in flight any more, or with the
// context's error.
type Server interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
}

// Style is one way to schedule the work.
type Style struct {
	Name string
	// Defaults are variables whose default is not the one of contract.Settings.
	Defaults map[string]string
	// New builds the server around the service and its site.
	New func(site *Site, log *slog.Logger) Server
}

// Main runs a style as a program and never returns.
func Main(style Style) { os.Exit(run(style, os.Getenv, os.Stderr)) }

func run(style Style, getenv func(string) string, stderr io.Writer) int {
	getenv = withDefaults(getenv, style.Defaults)
	log := slog.New(slog.NewTextHandler(stderr, nil)).With("server", style.Name, "pid", os.Getpid())
	place, placeErr := placeFromEnv(getenv)
	cfg, cfgErr := notification.FromEnv(getenv)
	if problems := flatten(placeErr, cfgErr); len(problems) > 0 {
		for _, p := range problems {
			fmt.Fprintf(stderr, "%s: %v\n", style.Name, p)
		}
		return exitEnvironment
	}
	err := start(style, place, cfg, getenv(envChild) != "", log)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, notification.ErrEnvironment):
		fmt.Fprintf(stderr, "%s: %v\n", style.Name, err)
		return exitEnvironment
	}
	fmt.Fprintf(stderr, "%s: %v\n", style.Name, err)
	return exitFailure
}

func start(style Style, place place, cfg notification.Config, child bool, log *slog.Logger) error {
	switch {
	case child:
		link, err := openParentLink()
		if err != nil {
			return err
		}
		return serveChild(style, place, cfg, link, log)
	case place.processes > 1:
		cfg.Experiments = cfg.Experiments.Calibrated(log)
		return supervise(place, cfg, log)
	}
	return serveAlone(style, place, cfg, log)
}

// withDefaults puts a style's own defaults between the environment and the
// general ones.
func withDefaults(getenv func(string) string, defaults map[string]string) func(string) string {
	return func(name string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return defaults[name]
	}
}

// flatten lists the problems that errors.Join has put together.
func flatten(errs ...error) []error {
	var all []error
	for _, err := range errs {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			all = append(all, flatten(joined.Unwrap()...)...)
		} else if err != nil {
			all = append(all, err)
		}
	}
	return all
}

// serveAlone is the only process of a server.
func serveAlone(style Style, place place, cfg notification.Config, log *slog.Logger) error {
	stop, release := signals()
	defer release()
	p := &process{style: style, cfg: cfg, log: log, health: newHealth(1)}
	return p.serve(place, stop, func() { p.health.ready(0) })
}

// process is a process that serves: alone or as one of several.
type process struct {
	style  Style
	cfg    notification.Config
	log    *slog.Logger
	health *health
}

// serve listens, calls listening, and serves until told to stop.
func (p *process) serve(place place, stop <-chan struct{}, listening func()) error {
	ln, err := place.listen()
	if err != nil {
		return err
	}
	svc, err := notification.New(p.cfg, p.log)
	if err != nil {
		ln.Close()
		return err
	}
	admin, err := openAdmin(p.cfg.AdminPort, p.log)
	if err != nil {
		ln.Close()
		return errors.Join(err, svc.Close())
	}
	defer admin.close()
	srv := p.style.New(&Site{Service: svc, health: p.health}, p.log)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	p.log.Info("listening", "address", ln.Addr().String())
	listening()
	select {
	case err := <-ended:
		return errors.Join(fmt.Errorf("serve %s: %w", ln.Addr(), err), svc.Close())
	case <-stop:
	}
	if err := p.drain(srv, svc, stop); err != nil {
		return errors.Join(err, svc.Close())
	}
	<-ended
	return svc.Close()
}

// envChild marks a child of a supervisor.
const envChild = "NOTIFYBENCH_CHILD"
