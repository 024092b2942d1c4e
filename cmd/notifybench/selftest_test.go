//go:build linux

package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Ctrl-C in the middle of a check: exit 130, no process and no file left.
func TestSelftestInterrupted(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	temporary := filepath.Join(w.dir, "tmp")
	if err := os.Mkdir(temporary, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, stage := range []string{"cpu:", "memory:", "delays:"} {
		t.Run(stage, func(t *testing.T) {
			cmd := exec.Command(w.bin, "selftest", "meters", "--short")
			cmd.Env = append(os.Environ(), mark+"="+w.dir, "TMPDIR="+temporary)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			progress, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, bufio.NewScanner(progress), stage)
			time.Sleep(150 * time.Millisecond) // into the check
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
				t.Fatalf("ended with %v, want exit %d", err, exitInterrupted)
			}
			w.checkNothingLeft(t)
			if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
				t.Errorf("files left: %v %v", left, err)
			}
		})
	}
}
