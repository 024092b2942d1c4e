//go:build linux

package proc

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// The test binary plays every part: the guardian, and with roleVariable set the
// harness that is killed, or a program that has children.
const roleVariable = "PROC_TEST_ROLE"

func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == GuardianArg:
		if err := Guard(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case os.Getenv(roleVariable) == "harness":
		playHarness()
	case os.Getenv(roleVariable) == "family":
		playFamily()
	default:
		goleak.VerifyTestMain(m)
	}
}

// playFamily starts a child in a process group of its own and prints both pids.
func playFamily() {
	child := exec.Command("sleep", "1000")
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := child.Start(); err != nil {
		os.Exit(3)
	}
	fmt.Println(os.Getpid(), child.Process.Pid)
	select {}
}

// playHarness starts a family under a guardian and waits to be killed.
func playHarness() {
	g, err := StartGuardian(self())
	if err != nil {
		os.Exit(3)
	}
	if _, err := g.Start(family(os.Stdout)); err != nil {
		os.Exit(4)
	}
	fmt.Println(g.PID())
	select {}
}

func self() string {
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return path
}

func family(stdout *os.File) Spec {
	return Spec{Args: []string{self()}, Env: []string{roleVariable + "=family", "PATH=" + os.Getenv("PATH")}, Stdout: stdout}
}
