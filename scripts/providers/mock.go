//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/notifybench/notifybench/internal/contract"
)

// mock is a running `notifybench mock`.
type mock struct {
	cmd              *exec.Cmd
	address, control string
}

// startMock starts the mock on one core, with the settings of the Go runtime that
// the harness gives it.
func startMock(self string, cpu int, latency time.Duration) (*mock, error) {
	cmd := exec.Command(self, "mock", "--email", latency.String(), "--sms", "off", "--push", "off")
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2", "GOGC=800")
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := startOn(cpu, cmd); err != nil {
		return nil, err
	}
	var ready contract.MockReady
	if err := json.NewDecoder(stdout).Decode(&ready); err != nil {
		return nil, fmt.Errorf("the mock did not start: %w", err)
	}
	address := strings.TrimPrefix(ready.Providers[contract.Email], "http://")
	return &mock{cmd: cmd, address: address, control: ready.Control}, nil
}

// startOn starts a process from a thread that is on that core only: the process
// inherits it.
func startOn(cpu int, cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var ours, its unix.CPUSet
	its.Set(cpu)
	if err := unix.SchedGetaffinity(0, &ours); err != nil {
		return err
	}
	if err := unix.SchedSetaffinity(0, &its); err != nil {
		return err
	}
	err := cmd.Start()
	if err := unix.SchedSetaffinity(0, &ours); err != nil {
		return err
	}
	return err
}

func (m *mock) stop() {
	// Either fails only where the process is gone already.
	_ = m.cmd.Process.Signal(syscall.SIGTERM)
	_ = m.cmd.Wait()
}

func (m *mock) stats() (s contract.MockStats, err error) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(m.control + "/stats")
	if err != nil {
		return s, err
	}
	defer resp.Body.Close()
	return s, json.NewDecoder(resp.Body).Decode(&s)
}
