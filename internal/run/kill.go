package run

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/proc"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
)

// kills are the times at which the timeline has a process of the server killed.
type kills struct {
	next  <-chan time.Time // nil: no more
	times []time.Time
}

func newKills(zero time.Time, timeline []scenario.Step) *kills {
	k := &kills{}
	for _, step := range timeline {
		if step.Kill {
			k.times = append(k.times, zero.Add(step.At))
		}
	}
	k.wait()
	return k
}

// wait sets the clock to the next of the times.
func (k *kills) wait() {
	k.next = nil
	if len(k.times) > 0 {
		k.next = time.After(time.Until(k.times[0]))
		k.times = k.times[1:]
	}
}

// errNoWorker is returned where a server has no process that could be killed.
var errNoWorker = errors.New("the server has no process below its first that could be killed")

// killWorker kills one of the processes that the server's first process has started:
// the one that has been there longest, by its number.
func (s *subject) killWorker(out *record.Cell) error {
	workers := proc.Children(s.proc.PID)
	if len(workers) == 0 {
		return errNoWorker
	}
	if err := syscall.Kill(slices.Min(workers), syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill a process of the server: %w", err)
	}
	out.Server.Killed++
	return nil
}
