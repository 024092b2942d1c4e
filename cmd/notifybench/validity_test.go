//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// Each check fires for the fault it is there for: real servers, providers and
// generators, from the command line to the summary. What a check makes of healthy
// numbers is tested in package metric: here a busy machine may flag anything.

const faultyServers = `name: faulty
title: Servers with a fault each
request: {path: /notify, channels: [email]}
providers: {email: {latency: 5ms}}
servers:
  - {name: fake, label: honest, set: {behaviour: honest}}
  - {name: fake, label: never, set: {behaviour: good}}
  - {name: fake, label: early, set: {behaviour: early}}
  - {name: fake, label: twice, set: {behaviour: twice}}
  - {name: fake, label: slower, set: {behaviour: slower}}
  - {name: fake, label: freeze, set: {behaviour: freeze}}
  - {name: fake, label: deaf, set: {behaviour: deaf}}
  - {name: fake, label: hoard, set: {behaviour: hoard}}
  - {name: fake, label: anonymous, set: {behaviour: anonymous}}
  - {name: fake, label: uneven, processes: 2, set: {behaviour: uneven}}
loads: {r200: 200/s}
warmup: 200ms
duration: 1500ms
drain: 300ms
max_in_flight: 60
trials: 1
`

func TestFaultyServersAreFound(t *testing.T) {
	found := newWorkplace(t).finds(t, "faulty", faultyServers, nil,
		wanted{"never", "conservation", metric.Invalid},
		wanted{"twice", "conservation", metric.Invalid},
		wanted{"early", "provider-path", metric.Invalid},
		wanted{"slower", "drift", metric.Flagged}, // invalid, where there was time to measure it once more
		wanted{"freeze", "silence", metric.Flagged},
		wanted{"deaf", "network", metric.Invalid},
		wanted{"hoard", "headroom", metric.Invalid},
		wanted{"anonymous", "server", metric.Invalid},
		wanted{"uneven", "process-share", metric.Flagged},
		wanted{row: "honest"},
	)
	for _, check := range []string{"conservation", "provider-path", "headroom"} { // these know no noise
		if level := found["honest"][check]; level != "" {
			t.Errorf("an honest server: %s says %s", check, level)
		}
	}
}

// A record that has lost requests says so: the file was cut, or the disk was full.
func TestCutRequestsAreFound(t *testing.T) {
	w := newWorkplace(t)
	w.finds(t, "closed", faultyLoads, nil, wanted{row: "early"})
	files, err := filepath.Glob(filepath.Join(w.dir, "results", "runs", "latest", "cells", "*early*", record.RequestsFile))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	info, err := os.Stat(files[0])
	if err == nil {
		err = os.Truncate(files[0], info.Size()/2)
	}
	if err != nil {
		t.Fatal(err)
	}
	report := exec.Command(w.bin, "report")
	report.Dir = w.dir
	said, _ := report.CombinedOutput() // 4: a row is invalid
	found, _ := w.findings(t, string(said))
	if !found.says(wanted{"early", "raw-requests", metric.Invalid}) {
		t.Errorf("of a file that was cut: %v", found["early"])
	}
}

const faultyLoads = `name: closed
title: A client that is faster than its server may be, and one that has too much to read
request: {path: /notify, channels: [email]}
providers: {email: {latency: 20ms}}
servers:
  - {name: fake, label: early, set: {behaviour: early}}
  - {name: fake, label: verbose, set: {behaviour: verbose}}
loads: {c8: {closed: {connections: 8}}}
warmup: 200ms
duration: 1s
drain: 300ms
trials: 1
`

func TestImpossibleAndOverloadedClientsAreFound(t *testing.T) {
	newWorkplace(t).finds(t, "closed", faultyLoads, nil,
		wanted{"early", "ceiling", metric.Invalid}, wanted{"verbose", "load-cpu", metric.Flagged})
}

const badMachine = `name: disturbed
title: A good server on a bad machine
request: {path: /notify, channels: [email]}
providers: {email: {latency: 200ms}}
servers: [{name: fake, label: honest, set: {behaviour: honest}}]
loads: {r400: 400/s}
warmup: 500ms
duration: 4s
drain: 500ms
max_in_flight: 1000
trials: 1
`

// The neighbour takes what it can on every core: of the generator's too.
func TestNoisyNeighboursAreFound(t *testing.T) {
	newWorkplace(t).finds(t, "disturbed", badMachine, func(w workplace) func() {
		var burners []*exec.Cmd
		end := func() {
			for _, burner := range burners {
				_ = burner.Process.Kill()
				_ = burner.Wait()
			}
		}
		w.process(t, "generate")
		for range 20 * runtime.NumCPU() {
			burner := exec.Command("sh", "-c", "while :; do :; done")
			if err := burner.Start(); err != nil {
				t.Error(err)
				return end
			}
			burners = append(burners, burner)
		}
		return end
	}, wanted{"honest", "other-cpu", metric.Flagged}, wanted{"honest", "send-lag", metric.Flagged})
}

// Providers that stand still keep nobody's promise; a harness that does would see
// the same of a machine that stands still.
func TestStandstillsAreFound(t *testing.T) {
	newWorkplace(t).finds(t, "disturbed", badMachine, func(w workplace) func() {
		generator := w.process(t, "generate")
		time.Sleep(2 * time.Second) // into the window, with room on both sides
		for _, pid := range []int{w.process(t, "mock"), parentOf(parentOf(generator))} {
			stop(t, pid, 600*time.Millisecond)
		}
		return func() {}
	}, wanted{"honest", "provider-delay", metric.Flagged}, wanted{"honest", "stalls", metric.Flagged})
}

func stop(t *testing.T, pid int, length time.Duration) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Errorf("stop %d: %v", pid, err)
	}
	time.Sleep(length)
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		t.Errorf("go on %d: %v", pid, err)
	}
}

// process waits for the child of the run that carries out a sub-command.
func (w workplace) process(t *testing.T, command string) int {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		for _, line := range w.leftovers() {
			pid, _, _ := strings.Cut(line, " ")
			args, _ := os.ReadFile(filepath.Join("/proc", pid, "cmdline"))
			if f := strings.Split(string(args), "\x00"); len(f) > 1 && f[1] == command {
				n, err := strconv.Atoi(pid)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
		}
	}
	t.Fatalf("no process carries out %s", command)
	return 0
}

// parentOf is the parent of a process: the fourth field of its stat.
func parentOf(pid int) int {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	parent, _ := strconv.Atoi(strings.Fields(rest)[1])
	return parent
}
