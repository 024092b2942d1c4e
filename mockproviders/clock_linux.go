package mockproviders

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// kernelClock is a heap of alarms over one timer of the kernel, a timerfd, whose
// file one thread reads: it blocks in the read, not in the netpoller, and so the
// timer itself wakes it. Such a timer knows no slack, and who adds an earlier alarm
// sets it anew without waking anybody.
//
// The Go runtime lets a thread keep its P for some time while it blocks so. That is
// wanted: a process all of whose Ps are idle puts the runtime's sysmon thread to
// sleep and wakes it with the next call, a tenth of the CPU time of a call.
type kernelClock struct {
	begin time.Time
	fd    int
	late  durations
	done  chan struct{}

	mu     sync.Mutex
	agenda agenda
	next   time.Duration // when the timer fires; 0: it is not set
	closed bool
}

var _ clock = (*kernelClock)(nil)

func newClock() (clock, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create a timer: %w", err)
	}
	c := &kernelClock{begin: time.Now(), fd: fd, done: make(chan struct{})}
	go c.run()
	return c, nil
}

func (c *kernelClock) lag() *durations { return &c.late }

func (c *kernelClock) after(d time.Duration, a alarm) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	now := time.Since(c.begin)
	at := now + d
	c.agenda.push(due{at, a})
	if c.next == 0 || at < c.next {
		c.set(at, now)
	}
}

// set makes the timer fire at a time; one that has passed is now.
func (c *kernelClock) set(at, now time.Duration) {
	c.next = at
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(max(1, (at - now).Nanoseconds()))}
	// It fails for a bad descriptor or time only, and both are right by construction.
	_ = unix.TimerfdSettime(c.fd, 0, &spec, nil)
}

func (c *kernelClock) close() {
	c.mu.Lock()
	c.closed = true
	c.agenda = nil
	c.set(0, 0)
	c.mu.Unlock()
	<-c.done
}

func (c *kernelClock) run() {
	defer close(c.done)
	defer unix.Close(c.fd)
	runtime.LockOSThread() // for good: the thread ends with the goroutine
	shortenSlice()
	var fired [8]byte
	var batch []due
	for {
		// A signal may end the read early, and then nothing is due.
		_, _ = unix.Read(c.fd, fired[:])
		for {
			var closed bool
			batch, closed = c.take(batch[:0])
			if closed {
				return
			}
			if len(batch) == 0 {
				break
			}
			if ring(batch) {
				// Or who was woken would wait until another thread comes for it.
				runtime.Gosched()
			}
		}
	}
}

// slice is how long this thread asks to run at a stretch. It needs less, and who
// asks for little is let in soon where another runs (Linux 6.12 and later; older
// kernels take no notice). It needs no privilege, and gives no larger share.
const slice = 100 * time.Microsecond

// shortenSlice is for speed only: where it is refused, the delay error shows it.
func shortenSlice() {
	if attr, err := unix.SchedGetAttr(0, 0); err == nil {
		attr.Runtime = uint64(slice)
		_ = unix.SchedSetAttr(0, attr, 0)
	}
}

// take moves what is due into batch. Where nothing is, it sets the timer.
func (c *kernelClock) take(batch []due) (_ []due, closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Since(c.begin)
	for len(c.agenda) > 0 && c.agenda[0].at <= now {
		d := c.agenda.pop()
		c.late.record(0, now-d.at)
		batch = append(batch, d)
	}
	if len(batch) == 0 && !c.closed {
		c.next = 0
		if len(c.agenda) > 0 {
			c.set(c.agenda[0].at, now)
		}
	}
	return batch, c.closed
}

func ring(batch []due) (woken bool) {
	for i, d := range batch {
		woken = d.alarm.ring() || woken
		batch[i] = due{} // or it would be kept from the collector
	}
	return woken
}
