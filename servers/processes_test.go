package servers_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"syscall"

	"github.com/notifybench/notifybench/internal/contract"
)

func processCases() []testCase {
	return []testCase{
		{name: "processes share the port", run: processesShare},
		{name: "a process is replaced", run: processReplaced},
		{name: "processes drain", run: processesDrain},
		{name: "processes die with their parent", run: processesDie},
	}
}

const processes = 3

func (s subject) runProcesses(p providers, env ...string) *program {
	s.Helper()
	return s.run(p, append(env, contract.EnvProcesses+"="+strconv.Itoa(processes))...)
}

// pids asks until as many processes as there should be have answered.
func pids(server *program) map[int]contract.Health {
	server.t.Helper()
	found := map[int]contract.Health{}
	server.eventually("answered by every process", func() bool {
		if status, h := server.health(); status == http.StatusOK {
			found[h.PID] = h
		}
		return len(found) == processes
	})
	return found
}

func processesShare(t subject) {
	p := newProviders(t.T, accept)
	server := t.runProcesses(p, contract.EnvWork+"=1us")
	for pid, h := range pids(server) {
		if pid == server.cmd.Process.Pid || h.Processes != processes || h.Restarts != 0 || h.GOMAXPROCS < 1 {
			t.Errorf("health %+v", h)
		}
	}
	for range 10 {
		server.notify(http.StatusOK, full())
	}
	if n := bytes.Count([]byte(server.log.String()), []byte("calibrated")); n != 1 {
		t.Errorf("calibrated %d times, want once for all", n)
	}
}

func processReplaced(t subject) {
	server := t.runProcesses(newProviders(t.T, accept))
	var victim int
	for victim = range pids(server) {
		break
	}
	if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	server.eventually("one restart", func() bool {
		status, h := server.health()
		return status == http.StatusOK && h.Restarts == 1
	})
	for pid, h := range pids(server) {
		if pid == victim {
			t.Errorf("process %d still answers: %+v", pid, h)
		}
	}
	server.notify(http.StatusOK, full())
}

// processesDrain signals the whole group, as a terminal does.
func processesDrain(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.runProcesses(p, unhurried()...)
	children := pids(server)
	replies := flood(server, 3)
	p["email"].wait(3)
	for pid := range children {
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	server.signal(syscall.SIGTERM)
	server.eventually("closed", func() bool { return !server.listening() })
	close(gate)
	for range 3 {
		if r := <-replies; r.status != http.StatusOK {
			t.Errorf("in flight: got %d %s, want 200", r.status, r.body)
		}
	}
	if code := server.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	wantGone(server, children)
}

func processesDie(t subject) {
	server := t.runProcesses(newProviders(t.T, accept))
	children := pids(server)
	server.signal(syscall.SIGKILL)
	server.exit()
	wantGone(server, children)
}

func wantGone(server *program, children map[int]contract.Health) {
	server.t.Helper()
	for pid := range children {
		server.eventually(fmt.Sprintf("without process %d", pid), func() bool { return gone(pid) })
	}
}

// gone says whether a process has ended; one that no one has reaped has.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && bytes.Contains(stat, []byte(") Z "))
}
