// Package proc starts and ends process trees, and leaves none behind.
//
// Every child is started by a guardian: a process of its own (a hidden
// sub-command of the same binary) that becomes the subreaper of all that it
// starts. It holds one end of a socket whose other end is the harness. When the
// harness ends, however it ends, the socket reads end of file and the guardian
// ends every descendant. A parent-death signal alone would not do: it fires
// when the forking thread ends, and it misses grandchildren.
package proc

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// Spec says what to start.
type Spec struct {
	Args   []string // Args[0] is a path
	Env    []string // the whole environment
	Dir    string
	CPUs   []int    // cores it may run on, set before it starts; empty: all
	Stdin  *os.File // nil: /dev/null
	Stdout *os.File // nil: /dev/null
	Stderr *os.File // nil: /dev/null
}

// Exit says how a process ended.
type Exit struct {
	Code   int           // exit code, or -1 when a signal ended it
	Signal string        // the signal's name
	CPU    time.Duration // its own and its waited-for children's
	MaxRSS uint64        // bytes, peak of resident memory of the largest of them; 0: not known
}

// String is "exit 0" or "ended by signal: killed".
func (e Exit) String() string {
	if e.Signal != "" {
		return "ended by signal: " + e.Signal
	}
	return fmt.Sprintf("exit %d", e.Code)
}

// ErrGuardian is returned when the guardian has gone, and with it every child.
var ErrGuardian = errors.New("the guardian process has ended")

// Process is a started process, leader of its own process group.
type Process struct {
	PID  int
	g    *Guardian
	done chan struct{}
	exit Exit
}

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Exit says how it ended; to be called after Done.
func (p *Process) Exit() Exit { return p.exit }

// Signal sends a signal to the process.
func (p *Process) Signal(sig syscall.Signal) error {
	_, err := p.g.call(request{Op: opSignal, PID: p.PID, Signal: int(sig)})
	return err
}

// Stop asks the process to end (SIGTERM), waits at most grace, and then ends
// its whole group. Drained says that it ended by itself in time.
func (p *Process) Stop(grace time.Duration) (exit Exit, drained bool) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	if p.Signal(syscall.SIGTERM) == nil {
		select {
		case <-p.done:
			drained = true
		case <-timer.C:
		}
	}
	p.Kill()
	return p.exit, drained
}

// Kill ends the process and its group at once and waits for the process.
func (p *Process) Kill() {
	// An error means that nothing of the group is left.
	_, _ = p.g.call(request{Op: opSignal, PID: p.PID, Signal: int(syscall.SIGKILL), Group: true})
	<-p.done
}
