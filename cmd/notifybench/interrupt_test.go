//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// mark is in the environment of everything a test starts, so that what is left
// behind can be found.
const mark = "NOTIFYBENCH_TEST_MARK"

// workplace is a folder in which a long scenario can be run with a fake server.
type workplace struct {
	dir, bin string
}

const longScenario = `name: long
title: Long enough to be interrupted
request: {path: /notify, channels: [email]}
providers: {email: {latency: 5ms}}
servers: [{name: fake, processes: 1}]
loads: {r50: 50/s}
warmup: 100ms
duration: 400ms
drain: 100ms
trials: 50
`

// slicedScenario keeps two servers up at the same time.
const slicedScenario = `name: sliced
title: Slices, long enough to be interrupted
request: {path: /notify, channels: [email]}
providers: {email: {latency: 5ms}}
servers: [{name: fake, label: a}, {name: fake, label: b}]
loads: {r50: 50/s}
warmup: 100ms
slices: {count: 6, length: 400ms, warmup: 100ms}
drain: 100ms
trials: 50
`

func newWorkplace(t *testing.T) workplace {
	t.Helper()
	w := workplace{dir: t.TempDir()}
	w.bin = filepath.Join(w.dir, "notifybench")
	if err := os.Link(builtOnce(t), w.bin); err != nil { // a name of its own: see leftovers
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(w.dir, "servers", "fake"), os.DirFS("testdata/fake")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(w.dir, "scenarios"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"long": longScenario, "sliced": slicedScenario} {
		if err := os.WriteFile(filepath.Join(w.dir, "scenarios", name+".yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// start starts a run and returns it with its progress.
func (w workplace) start(t *testing.T, scenario string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	return w.command(t, "run", scenario)
}

// command starts the program and returns it with its progress.
func (w workplace) command(t *testing.T, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(w.bin, args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), mark+"="+w.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(progress)
}

// leftovers lists what still runs of a workplace: by the mark in its environment
// or, for servers, whose environment is their own, by its program.
func (w workplace) leftovers() (out []string) {
	procs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil
	}
	for _, p := range procs {
		env, _ := os.ReadFile(filepath.Join(p, "environ"))
		exe, _ := os.Readlink(filepath.Join(p, "exe"))
		if strings.Contains(string(env), mark+"="+w.dir) || strings.HasPrefix(exe, w.dir) {
			out = append(out, fmt.Sprintf("%s %s", filepath.Base(p), exe))
		}
	}
	return out
}

func (w workplace) checkNothingLeft(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for len(w.leftovers()) > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("left behind: %v", w.leftovers())
		}
		time.Sleep(10 * time.Millisecond) // the end of strangers cannot be waited for
	}
}

// waitFor reads progress up to a line that contains text, then lets the rest pass.
func waitFor(t *testing.T, sc *bufio.Scanner, text string) {
	t.Helper()
	for sc.Scan() {
		if strings.Contains(sc.Text(), text) {
			go func() {
				for sc.Scan() {
				}
			}()
			return
		}
	}
	t.Fatalf("no %q in the progress: %v", text, sc.Err())
}

func (w workplace) record(t *testing.T) *record.Run {
	t.Helper()
	rd, err := record.Open(filepath.Join(w.dir, "results", "runs", "latest"))
	if err != nil {
		t.Fatal(err)
	}
	return rd.Run()
}

// Ctrl-C, at each stage: exit 130, nothing left, a record that says so and renders.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	for stage, pause := range map[string]time.Duration{
		"building fake": 0, "[2/50]": 0, "[3/50]": 60 * time.Millisecond, "[4/50]": 300 * time.Millisecond,
	} {
		t.Run(stage, func(t *testing.T) {
			cmd, progress := w.start(t, "long")
			waitFor(t, progress, stage)
			time.Sleep(pause) // into the next cell: start, warm-up or window
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
				t.Fatalf("ended with %v, want exit %d", err, exitInterrupted)
			}
			w.checkNothingLeft(t)
			if run := w.record(t); run.Status != record.StatusInterrupted {
				t.Errorf("the record says %q", run.Status)
			}
			w.checkReport(t)
		})
	}
	t.Run("within a block of slices", func(t *testing.T) {
		cmd, progress := w.start(t, "sliced")
		waitFor(t, progress, "[3/600]")
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
			t.Fatalf("ended with %v, want exit %d", err, exitInterrupted)
		}
		w.checkNothingLeft(t)
		w.checkReport(t)
	})
}

func (w workplace) checkReport(t *testing.T) {
	t.Helper()
	report := exec.Command(w.bin, "report")
	report.Dir = w.dir
	out, err := report.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "interrupted") {
		t.Errorf("report of an interrupted run: %v\n%s", err, out)
	}
}

// kill -9 of the harness: the guardian ends the rest; the record can be read.
func TestKilled(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	// Harness, guardian, generator, and a server with its providers for each row that is up.
	for scenario, processes := range map[string]int{"long": 5, "sliced": 7} {
		t.Run(scenario, func(t *testing.T) { w.checkKilled(t, scenario, processes) })
	}
}

func (w workplace) checkKilled(t *testing.T, scenario string, processes int) {
	t.Helper()
	cmd, progress := w.start(t, scenario)
	waitFor(t, progress, "[2/")
	for deadline := time.Now().Add(30 * time.Second); len(w.leftovers()) < processes; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) { // they are all there in the window of any cell
			t.Fatalf("never %d processes: %v", processes, w.leftovers())
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the harness was meant to be killed")
	}
	w.checkNothingLeft(t)
	run := w.record(t)
	if run.Status != record.StatusInterrupted || run.Cells[1].Status != record.StatusOK {
		t.Errorf("the record says %q, its second cell %q", run.Status, run.Cells[1].Status)
	}
	w.checkReport(t)
}
