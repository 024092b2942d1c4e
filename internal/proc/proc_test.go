//go:build linux

package proc

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func guardian(t *testing.T) *Guardian {
	t.Helper()
	g, err := StartGuardian(self())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// start starts a process and returns it with its output.
func start(t *testing.T, g *Guardian, s Spec) (*Process, *bufio.Scanner) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	t.Cleanup(func() { r.Close() })
	s.Stdout = w
	p, err := g.Start(s)
	if err != nil {
		t.Fatal(err)
	}
	return p, bufio.NewScanner(r)
}

func pids(t *testing.T, sc *bufio.Scanner, n int) (out []int) {
	t.Helper()
	for len(out) < n && sc.Scan() {
		for _, f := range strings.Fields(sc.Text()) {
			pid, err := strconv.Atoi(f)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, pid)
		}
	}
	if len(out) != n {
		t.Fatalf("%d pids instead of %d: %v", len(out), n, sc.Err())
	}
	return out
}

// alive says whether a process lives; a zombie does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}

// eventuallyGone waits until none of the processes lives.
func eventuallyGone(t *testing.T, pids ...int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for _, pid := range pids {
		for alive(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("process %d is still alive", pid)
			}
			time.Sleep(5 * time.Millisecond) // another process's end cannot be waited for
		}
	}
}

func sh(script string) Spec {
	return Spec{Args: []string{"/bin/sh", "-c", script}, Env: []string{"PATH=" + os.Getenv("PATH")}}
}

func TestExit(t *testing.T) {
	g := guardian(t)
	for script, want := range map[string]string{
		"exit 0": "exit 0", "exit 7": "exit 7", "kill -9 $$": "ended by signal: killed",
	} {
		p, _ := start(t, g, sh(script))
		<-p.Done()
		if got := p.Exit().String(); got != want {
			t.Errorf("%s: %s, want %s", script, got, want)
		}
		if p.Exit().MaxRSS < 64<<10 {
			t.Errorf("%s: a peak of %d bytes of memory", script, p.Exit().MaxRSS)
		}
	}
}

func TestStopDrainsOrKills(t *testing.T) {
	g := guardian(t)
	p, out := start(t, g, sh("trap 'exit 3' TERM; echo 1; while :; do sleep 0.01; done"))
	pids(t, out, 1)
	if exit, drained := p.Stop(10 * time.Second); !drained || exit.Code != 3 {
		t.Errorf("drained %v, %v", drained, exit)
	}
	p, out = start(t, g, sh("trap '' TERM; echo 1; while :; do sleep 0.01; done"))
	pids(t, out, 1)
	if exit, drained := p.Stop(20 * time.Millisecond); drained || exit.Signal == "" {
		t.Errorf("drained %v, %v", drained, exit)
	}
}

func TestStandardFilesAndFolder(t *testing.T) {
	g := guardian(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	spec := sh("read line; echo got $line in $(pwd)")
	spec.Dir, spec.Stdin = t.TempDir(), r
	p, out := start(t, g, spec)
	if _, err := io.WriteString(w, "hello\n"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if !out.Scan() || out.Text() != "got hello in "+spec.Dir {
		t.Errorf("printed %q", out.Text())
	}
	<-p.Done()
}

func TestStartFails(t *testing.T) {
	g := guardian(t)
	_, err := g.Start(Spec{Args: []string{"/no/such/program"}})
	if err == nil || !strings.Contains(err.Error(), "/no/such/program") {
		t.Errorf("got %v", err)
	}
}

func TestPinnedBeforeItStarts(t *testing.T) {
	g := guardian(t)
	cpus, err := UsableCPUs()
	if err != nil {
		t.Fatal(err)
	}
	last := cpus[len(cpus)-1]
	for _, c := range []struct {
		cpus []int
		want int
	}{{[]int{last}, 1}, {nil, len(cpus)}} {
		spec := sh("nproc")
		spec.CPUs = c.cpus
		p, out := start(t, g, spec)
		if got := pids(t, out, 1); got[0] != c.want {
			t.Errorf("on cores %v the process sees %d, want %d", c.cpus, got[0], c.want)
		}
		<-p.Done()
	}
}

func TestSignalsReachOnlyOurOwn(t *testing.T) {
	g := guardian(t)
	stranger := exec.Command("sleep", "1000")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Process.Kill(); _ = stranger.Wait() }()
	if err := (&Process{PID: stranger.Process.Pid, g: g}).Signal(syscall.SIGKILL); err == nil {
		t.Error("a process that was not started here was signalled")
	}
	if !alive(stranger.Process.Pid) {
		t.Error("the stranger is dead")
	}
}

func TestEndAllFindsGrandchildrenInOtherGroups(t *testing.T) {
	g := guardian(t)
	p, out := start(t, g, family(nil))
	two := pids(t, out, 2)
	p.Kill()
	if !alive(two[1]) {
		t.Fatal("the grandchild was meant to survive its parent's group")
	}
	if n, err := g.EndAll(); err != nil || n != 1 {
		t.Fatalf("ended %d: %v", n, err)
	}
	eventuallyGone(t, two...)
	if n, err := g.EndAll(); err != nil || n != 0 {
		t.Fatalf("then ended %d: %v", n, err)
	}
}

// The point of the guardian: the harness is killed, and nothing survives it.
func TestNothingSurvivesTheHarness(t *testing.T) {
	harness := exec.Command(self())
	harness.Env = append(os.Environ(), roleVariable+"=harness")
	out, err := harness.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := harness.Start(); err != nil {
		t.Fatal(err)
	}
	all := pids(t, bufio.NewScanner(out), 3) // parent, child and guardian, in some order
	if err := harness.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := harness.Wait(); err == nil {
		t.Error("the harness was meant to be killed")
	}
	eventuallyGone(t, all...)
}

// And when the guardian itself is killed, what it started dies with it, and
// whoever waits is told.
func TestGuardianKilled(t *testing.T) {
	g, err := StartGuardian(self())
	if err != nil {
		t.Fatal(err)
	}
	p, out := start(t, g, sh("echo $$; exec sleep 1000"))
	pid := pids(t, out, 1)[0]
	if err := g.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	eventuallyGone(t, pid)
	if _, err := g.Start(sh("exit 0")); !errors.Is(err, ErrGuardian) {
		t.Errorf("start without a guardian: %v", err)
	}
	if err := g.Close(); err == nil {
		t.Error("a killed guardian closed without a word")
	}
}

// A child that held the guardian's socket would keep it from reading end of file.
func TestChildrenDoNotInheritTheSocket(t *testing.T) {
	g := guardian(t)
	p, out := start(t, g, sh("ls -l /proc/self/fd | grep -c socket:"))
	if got := pids(t, out, 1); got[0] != 0 {
		t.Errorf("a child has %d sockets open", got[0])
	}
	<-p.Done()
}

func TestGuardWithoutSocket(t *testing.T) {
	cmd := exec.Command(self(), GuardianArg)
	cmd.Dir = filepath.Dir(self())
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "no socket") {
		t.Errorf("%v: %s", err, out)
	}
}
