package serve

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification"
)

// supervisor keeps several processes of one server running. One goroutine owns
// it; children report to it over a channel.
//
// It is ready when all children listen. A child that dies later is replaced and
// counted; one that dies before it ever listened ends the whole, as it would die
// again. Signals are passed on as orders over a pipe.
type supervisor struct {
	command  func() *exec.Cmd
	log      *slog.Logger
	slots    []slot
	events   chan event
	ended    chan struct{} // closed when no one reads events any more
	restarts int
	opened   bool  // all have listened once
	stopping bool  // no more replacements
	failure  error // why it stopped, if not for a signal
}

// slot is the place of one child and of its replacements.
type slot struct {
	child     *child // nil between two
	listening bool
	wait      time.Duration // before the next replacement
}

// event is what befell the child of a slot.
type event struct {
	slot int
	kind eventKind
	err  error // of an exit
}

type eventKind int

const (
	childListens eventKind = iota
	childExited
	replacementDue
)

// supervise runs the children until a signal or a failure has ended them all.
func supervise(place place, cfg notification.Config, log *slog.Logger) error {
	// A child is killed when the thread that started it ends, so that one must
	// last as long as the supervisor: it is this one, and it starts them all.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := place.probe(); err != nil {
		return err
	}
	path, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program to start again: %w", err)
	}
	env := childEnv(os.Environ(), place.processes, runtime.GOMAXPROCS(0), cfg)
	s := newSupervisor(place.processes, log, func() *exec.Cmd {
		cmd := exec.Command(path)
		cmd.Env = env
		cmd.Stderr = os.Stderr
		return cmd
	})
	stop, release := signals()
	defer release()
	return s.run(stop)
}

// childEnv is the environment of the children: an equal part of the processors
// for each, unless the user has said how many, and one calibration for all.
func childEnv(env []string, processes, cpus int, cfg notification.Config) []string {
	env = append(append([]string(nil), env...), envChild+"=1")
	if os.Getenv("GOMAXPROCS") == "" {
		env = append(env, "GOMAXPROCS="+strconv.Itoa((cpus+processes-1)/processes))
	}
	if r := cfg.Experiments.RoundsPerMS; r > 0 {
		env = append(env, contract.EnvRoundsPerMS+"="+strconv.FormatFloat(r, 'g', -1, 64))
	}
	return env
}

func newSupervisor(n int, log *slog.Logger, command func() *exec.Cmd) *supervisor {
	return &supervisor{
		command: command, log: log, slots: make([]slot, n),
		events: make(chan event), ended: make(chan struct{}),
	}
}

// report hands an event to the supervisor's goroutine.
func (s *supervisor) report(e event) {
	select {
	case s.events <- e:
	case <-s.ended:
	}
}

// run is the supervisor's life.
func (s *supervisor) run(stop <-chan struct{}) error {
	defer close(s.ended)
	for i := range s.slots {
		if err := s.start(i); err != nil {
			s.fail(err)
			break
		}
	}
	for s.living() > 0 || !s.stopping {
		select {
		case e := <-s.events:
			s.handle(e)
		case <-stop:
			s.stop()
		}
	}
	return s.failure
}

func (s *supervisor) start(i int) error {
	c, err := startChild(s.command(), func(kind eventKind, err error) { s.report(event{i, kind, err}) })
	if err != nil {
		return fmt.Errorf("start process %d: %w", i+1, err)
	}
	s.slots[i].child = c
	s.log.Info("started", "process", i+1, "child", c.pid())
	return nil
}

func (s *supervisor) handle(e event) {
	switch e.kind {
	case childListens:
		s.slots[e.slot].listening = true
		s.opened = s.opened || s.listening() == len(s.slots)
		s.broadcast()
	case childExited:
		s.exited(e.slot, e.err)
	case replacementDue:
		if s.stopping {
			return
		}
		if err := s.start(e.slot); err != nil {
			s.fail(err)
		}
	}
}

// exited replaces a child, or gives up.
func (s *supervisor) exited(i int, err error) {
	sl := &s.slots[i]
	lived := sl.child.lived()
	sl.child = nil
	switch {
	case s.stopping:
		if err != nil && s.failure == nil {
			s.failure = fmt.Errorf("process %d: %w", i+1, err)
		}
		return
	case !sl.listening && !s.opened:
		s.fail(fmt.Errorf("process %d ended before it was ready: %w", i+1, orEnded(err)))
		return
	}
	s.restarts++
	sl.listening = false
	sl.wait = backOff(sl.wait, lived)
	s.log.Warn("a process ended and is replaced",
		"process", i+1, "error", err, "restarts", s.restarts, "wait", sl.wait)
	s.broadcast()
	time.AfterFunc(sl.wait, func() { s.report(event{slot: i, kind: replacementDue}) })
}

// orEnded is err, or what to say of a child that ended well too early. One that found
// its environment wrong has said so: then that is what is wrong with the whole.
func orEnded(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == exitEnvironment {
		return fmt.Errorf("%w: %w", notification.ErrEnvironment, err)
	}
	return err
}

// backOff is the wait before a replacement: it doubles while processes die young.
func backOff(last, lived time.Duration) time.Duration {
	const least, most, grown = 100 * time.Millisecond, 5 * time.Second, 10 * time.Second
	if lived >= grown || last == 0 {
		return least
	}
	return min(2*last, most)
}

// broadcast tells the children how things are, once all have listened.
func (s *supervisor) broadcast() {
	if !s.opened {
		return
	}
	for i := range s.slots {
		if sl := &s.slots[i]; sl.child != nil && sl.listening {
			sl.child.say(sayReady, s.restarts)
		}
	}
}

func (s *supervisor) fail(err error) {
	if s.failure == nil {
		s.failure = err
	}
	s.stop()
}

// stop passes the order on; each child knows what a second one means.
func (s *supervisor) stop() {
	s.stopping = true
	for i := range s.slots {
		if c := s.slots[i].child; c != nil {
			c.say(sayStop)
		}
	}
}

func (s *supervisor) living() int {
	return s.count(func(sl *slot) bool { return sl.child != nil })
}

func (s *supervisor) listening() int {
	return s.count(func(sl *slot) bool { return sl.listening })
}

func (s *supervisor) count(is func(*slot) bool) (n int) {
	for i := range s.slots {
		if is(&s.slots[i]) {
			n++
		}
	}
	return n
}
