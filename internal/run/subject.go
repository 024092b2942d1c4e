package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/plan"
	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
)

// serverLog is the file, in the folder of its first cell, of what a server writes.
const serverLog = "server.log"

// loopback is the address of everything here: load goes nowhere else.
const loopback = "127.0.0.1"

const (
	readyLimit = 60 * time.Second       // a server must answer /healthz with 200 within this
	readyPoll  = 2 * time.Millisecond   // between two questions
	stopLimit  = 5 * time.Second        // a server that does not queue must drain within this
	portTries  = 3                      // ports tried when one is taken in between
	firstPort  = 20000                  // below the ephemeral ports of common systems, so that
	ports      = 10000                  // no outgoing connection takes one in between
	askLimit   = 500 * time.Millisecond // of one question
	lastPoll   = 20 * time.Millisecond
	lastLimit  = 5 * time.Second // of all questions for the health of a server after the load
)

// subject is the process tree of the server under test of one cell.
type subject struct {
	proc   *proc.Process
	url    string
	ready  time.Duration
	health contract.Health
	log    string
}

// startSubject starts the server of a row and waits until it is ready. A port
// that was taken in between is replaced.
func (r *runner) startSubject(ctx context.Context, row *plan.Row, dir string, h *home, urls map[string]string) (*subject, error) {
	var err error
	for range portTries {
		var s *subject
		if s, err = r.trySubject(ctx, row, dir, h, urls); err == nil {
			return s, nil
		}
		if !errors.Is(err, errEnded) || !strings.Contains(strings.ToLower(err.Error()), "address already in use") {
			break
		}
	}
	return nil, err
}

func (r *runner) trySubject(ctx context.Context, row *plan.Row, dir string, h *home, urls map[string]string) (*subject, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, h.log()))
	if err != nil {
		return nil, fmt.Errorf("create the server's log: %w", err)
	}
	defer log.Close()
	s := &subject{url: "http://" + net.JoinHostPort(loopback, strconv.Itoa(port)), log: log.Name()}
	began := time.Now()
	s.proc, err = r.guardian.Start(proc.Spec{
		Args: r.argv(row, port), Env: r.environ(row, port, h, urls), Dir: row.Resolved.Server.Dir,
		CPUs: r.plan.Cores.Server, Stdout: log, Stderr: log,
	})
	if err != nil {
		return nil, err
	}
	if err := s.waitReady(ctx); err != nil {
		s.proc.Kill()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	s.ready = time.Since(began)
	return s, nil
}

// environ is the environment of a server: the contract's variables, its
// settings, its home, and what any program needs to start; nothing else leaks in.
func (r *runner) environ(row *plan.Row, port int, h *home, urls map[string]string) []string {
	env := map[string]string{
		contract.EnvHost: loopback, contract.EnvPort: strconv.Itoa(port),
		contract.EnvEmailURL: urls[contract.Email], contract.EnvSMSURL: urls[contract.SMS],
		contract.EnvPushURL: urls[contract.Push],
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if v, ok := os.LookupEnv(name); ok {
			env[name] = v
		}
	}
	for _, more := range []map[string]string{serverSettings(), r.describe(row).Environment, h.env} {
		for k, v := range more {
			env[k] = v
		}
	}
	var list []string
	for k, v := range env {
		if v != "" {
			list = append(list, k+"="+v)
		}
	}
	slices.Sort(list)
	return list
}

func (r *runner) describe(row *plan.Row) *record.Subject {
	for i := range r.run.Subjects {
		if r.run.Subjects[i].ID == row.ID {
			return &r.run.Subjects[i]
		}
	}
	return &record.Subject{}
}

// freePort finds a port of the loopback address that nobody listens on.
func freePort() (int, error) {
	var err error
	for range 100 {
		port := firstPort + rand.IntN(ports)
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("no free port between %d and %d: %w", firstPort, firstPort+ports, err)
}

// ServerFault is in the error of a cell for which its server is to blame: every such error
// here begins so.
const ServerFault = "the server "

// errEnded is the reason of a server that was never ready.
var errEnded = errors.New("the server ended at once")

// waitReady asks /healthz until it says 200.
func (s *subject) waitReady(ctx context.Context) error {
	limit := time.NewTimer(readyLimit)
	defer limit.Stop()
	poll := time.NewTicker(readyPoll)
	defer poll.Stop()
	for {
		var last error
		if s.health, last = s.askHealth(ctx); last == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.proc.Done():
			return fmt.Errorf("%w (%s); its log ends:\n%s", errEnded, s.proc.Exit(), proc.LogTail(s.log))
		case <-limit.C:
			return fmt.Errorf("the server was not ready within %v (%w); its log ends:\n%s",
				readyLimit, last, proc.LogTail(s.log))
		case <-poll.C:
		}
	}
}

// lastHealth asks again where there is no answer: a machine may stand still for a moment.
func (s *subject) lastHealth(ctx context.Context) (contract.Health, error) {
	ctx, cancel := context.WithTimeout(ctx, lastLimit)
	defer cancel()
	for {
		h, err := s.askHealth(ctx)
		if err == nil {
			return h, nil
		}
		select {
		case <-ctx.Done():
			return h, err
		case <-s.proc.Done():
			return h, err
		case <-time.After(lastPoll):
		}
	}
}

// askHealth asks once, on a connection of its own: with several processes each
// answer may come from another.
func (s *subject) askHealth(ctx context.Context) (h contract.Health, err error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+contract.PathHealth, nil)
	if err != nil {
		return h, err
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return h, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return h, fmt.Errorf("%s says %s", contract.PathHealth, resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err == nil && json.Unmarshal(body, &h) != nil {
		h = contract.Health{} // a 200 is enough; the object is optional
	}
	return h, err
}
