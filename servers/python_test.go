package servers_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

// pythonServer is a server in Python in one of the ways in which it is run. A start
// takes a second, so that one serves many cases, one after the other.
type pythonServer struct {
	name   string
	folder string
	env    []string
	ends   bool  // it just ends on SIGTERM, whatever is in flight
	single bool  // it runs in one process only
	bereft death // what becomes of it when one of its workers dies
}

// death is what a server makes of the death of a worker.
type death int

const (
	replaces death = iota // it starts another
	goesOn                // with one less; it may stumble over SIGTERM then
	expires               // it ends as a whole
)

func pythonServers() []pythonServer {
	return []pythonServer{
		{name: "flask", folder: "flask"},
		{name: "flask gthread", folder: "flask", env: []string{"NOTIFY_THREADS=4", contract.EnvSession + "=shared"}},
		{name: "flask waitress", folder: "flask", env: []string{"NOTIFY_WSGI=waitress", "NOTIFY_THREADS=4"}, ends: true, single: true},
		{name: "flask werkzeug", folder: "flask", env: []string{"NOTIFY_WSGI=werkzeug", "NOTIFY_THREADS=0"}, ends: true, single: true},
		{name: "aiohttp", folder: "aiohttp"},
		{name: "aiohttp gunicorn", folder: "aiohttp", env: []string{"NOTIFY_RUNNER=gunicorn", "NOTIFY_LOOP=uvloop", contract.EnvSession + "=shared"}},
		{name: "quart", folder: "quart", bereft: expires},
		{name: "sanic", folder: "sanic", bereft: goesOn},
		{name: "fastapi", folder: "fastapi"},
	}
}

// sequential says that calls are made one after the other.
func (s pythonServer) sequential() bool { return s.folder == "flask" }

// pythonCase is one thing that a server in Python must do, while it runs. It leaves the
// providers as it likes.
type pythonCase struct {
	name string
	run  func(t *testing.T, s pythonServer, server *program, p *changing)
}

// TestConformancePython drives the servers in Python: the part of the suite that the
// services of the documents offer.
func TestConformancePython(t *testing.T) {
	for _, s := range pythonServers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := newChanging(t)
			server := s.start(t, p)
			for _, c := range pythonCases() {
				server.inTurn(t, c.name, func(t *testing.T) {
					p.reset(accept)
					c.run(t, s, server.of(t), p)
				})
			}
		})
	}
}

// TestConformancePythonProcesses drives them with two processes where they can, and with
// a limit on the time of a call.
func TestConformancePythonProcesses(t *testing.T) {
	for _, s := range pythonServers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := newChanging(t)
			env := []string{contract.EnvCallTimeout + "=2s"}
			if !s.single {
				env = append(env, contract.EnvProcesses+"=2")
			}
			server := s.start(t, p, env...)
			for _, c := range pythonProcessCases() {
				server.inTurn(t, c.name, func(t *testing.T) {
					p.reset(accept)
					c.run(t, s, server.of(t), p)
				})
			}
		})
	}
}

// inTurn runs a case, unless one before it has ended in failure.
func (p *program) inTurn(t *testing.T, name string, run func(*testing.T)) {
	if !t.Failed() {
		t.Run(name, run)
	}
}

// of is the same server in another test.
func (p *program) of(t *testing.T) *program {
	server := *p
	server.t = t
	return &server
}

// pythonProgram is an executable that becomes a server in Python, as launch wants it.
func pythonProgram(t *testing.T, folder string) string {
	t.Helper()
	python, err := filepath.Abs("../.venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); errors.Is(err, os.ErrNotExist) {
		t.Skip("not installed: make python")
	}
	dir, err := filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), folder)
	script := fmt.Sprintf("#!/bin/sh\ncd '%s' && exec '%s' run.py\n", dir, python)
	if err := os.WriteFile(file, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

func launchPython(t *testing.T, folder string, env []string) *program {
	t.Helper()
	return launchGroup(t, pythonProgram(t, folder), freeAddr(t), append(env, "PATH="+os.Getenv("PATH")), true)
}

// start runs the server and waits until all of its processes serve.
func (s pythonServer) start(t *testing.T, p *changing, env ...string) *program {
	t.Helper()
	all := append(append(p.env(), s.env...), env...)
	server := launchPython(t, s.folder, all)
	server.ready()
	return server
}

// ended wants the server to end by itself or by SIGTERM, with which some end in order.
// Some wait for connections that are kept: they are closed as soon as they are idle.
func ended(t *testing.T, server *program) {
	t.Helper()
	server.eventually("ended", func() bool {
		server.client.CloseIdleConnections()
		select {
		case <-server.exited:
			return true
		default:
			return false
		}
	})
	code := server.exit()
	status, _ := server.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if code != 0 && status.Signal() != syscall.SIGTERM {
		t.Errorf("ended with %s", server.cmd.ProcessState)
	}
}

// changing are providers that react as they are told from now on.
type changing struct {
	providers
	mu  sync.Mutex
	now map[string]reaction
}

func newChanging(t *testing.T) *changing {
	s := &changing{providers: providers{}, now: map[string]reaction{}}
	for _, channel := range contract.Channels() {
		s.providers[channel] = newFake(t, func(w http.ResponseWriter, r *http.Request) { s.at(channel)(w, r) })
	}
	return s
}

func (s *changing) at(channel string) reaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now[channel]
}

// react tells one provider how to react.
func (s *changing) react(channel string, to reaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now[channel] = to
}

// reset tells all how to react, and has them forget what they have seen.
func (s *changing) reset(to reaction) {
	for channel, f := range s.providers {
		s.react(channel, to)
		f.mu.Lock()
		f.calls, f.requests, f.peak, f.conns = nil, nil, 0, 0
		f.mu.Unlock()
	}
}
