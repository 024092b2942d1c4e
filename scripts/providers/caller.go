//go:build linux

package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/notifybench/notifybench/internal/contract"
)

// lane is a connection that carries one call at a time.
type lane struct {
	fd      int
	request []byte // complete, but for the digits of k
	digits  []byte // of k, within request
	call    int
	sent    time.Time
}

// caller sends calls on time and notes how long the answers took.
type caller struct {
	lanes []*lane
	free  chan *lane
	epoll int

	took    []time.Duration // by call; 0: not answered
	late    []time.Duration // sends, against the schedule
	unsent  int             // no connection was free
	length  time.Duration   // from the first send to the last
	pending atomic.Int64
	broken  atomic.Int64
}

const body = `{"to":"a@example.org","subject":"Order #0000000000000000","message":"Your order has shipped."}`

// connections is how many a load needs, with as many again as stalls of 50 ms take.
func connections(l load) int {
	return int(float64(l.rate)*(l.latency+50*time.Millisecond).Seconds()) + 8
}

// dial opens the connections, each warmed up by a probe: the mock answers those at
// once and leaves them out of its statistics.
func dial(address string, count int) (*caller, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	c := &caller{free: make(chan *lane, count), epoll: epoll}
	for i := range count {
		l, err := newLane(address, i)
		if err != nil {
			c.close()
			return nil, fmt.Errorf("connection %d of %d: %w", i, count, err)
		}
		c.lanes = append(c.lanes, l)
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(i)}
		if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, l.fd, &event); err != nil {
			c.close()
			return nil, err
		}
		c.free <- l
	}
	return c, nil
}

func newLane(address string, i int) (*lane, error) {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}); err != nil {
		unix.Close(fd)
		return nil, err
	}
	l := &lane{fd: fd}
	l.request = fmt.Appendf(nil, "POST /send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\n\r\n%s", len(body), body)
	at := bytes.LastIndexByte(l.request, '#') + 1
	l.digits = l.request[at : at+16]
	if err := l.send(contract.ProbeBase + uint64(i)); err != nil {
		return l, err
	}
	if !l.receive() {
		return l, fmt.Errorf("the probe was not answered")
	}
	return l, nil
}

func (l *lane) send(k uint64) error {
	for i := len(l.digits) - 1; i >= 0; i-- {
		l.digits[i] = '0' + byte(k%10)
		k /= 10
	}
	_, err := unix.Write(l.fd, l.request)
	return err
}

// receive reads an answer, which is short enough to come as one piece.
func (l *lane) receive() bool {
	var b [1024]byte
	n, err := unix.Read(l.fd, b[:])
	return err == nil && bytes.HasPrefix(b[:max(n, 0)], []byte("HTTP/1.1 200 ")) && b[n-1] == '}'
}

func (c *caller) close() {
	for _, l := range c.lanes {
		unix.Close(l.fd)
	}
	unix.Close(c.epoll)
}

// offer sends rate calls a second and waits for the answers, but not for ever.
func (c *caller) offer(l load, length time.Duration) {
	calls := int(float64(l.rate) * length.Seconds())
	c.took, c.late = make([]time.Duration, calls), make([]time.Duration, 0, calls)
	runtime.GC() // now, and not in the middle
	var done atomic.Bool
	var both sync.WaitGroup
	both.Go(func() { c.read(&done) })
	c.send(l, calls)
	for deadline := time.Now().Add(l.latency + time.Second); c.pending.Load() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	done.Store(true)
	both.Wait()
}

// send keeps the schedule.
func (c *caller) send(l load, calls int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // without it sends are later, and the table shows it
	begin := time.Now()
	for i := range calls {
		due := time.Duration(i) * time.Second / time.Duration(l.rate)
		for left := due - time.Since(begin); left > 0; left = due - time.Since(begin) {
			ts := unix.NsecToTimespec(left.Nanoseconds())
			_ = unix.Nanosleep(&ts, nil) // a signal may end it early
		}
		select {
		case lane := <-c.free:
			c.pending.Add(1)
			lane.call, lane.sent = i, time.Now()
			c.late = append(c.late, lane.sent.Sub(begin)-due)
			if err := lane.send(uint64(i)); err != nil {
				c.broken.Add(1)
				c.pending.Add(-1)
			}
		default:
			c.unsent++
		}
	}
	c.length = time.Since(begin)
}

// read takes the answers.
func (c *caller) read(done *atomic.Bool) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var events [256]unix.EpollEvent
	for !done.Load() {
		n, err := unix.EpollWait(c.epoll, events[:], 100)
		if err != nil && err != unix.EINTR {
			return // no answer will be counted
		}
		now := time.Now()
		for _, e := range events[:max(n, 0)] {
			l := c.lanes[e.Fd]
			took := now.Sub(l.sent)
			if !l.receive() {
				c.broken.Add(1)
				_ = unix.EpollCtl(c.epoll, unix.EPOLL_CTL_DEL, l.fd, nil)
				continue
			}
			c.took[l.call] = took
			c.pending.Add(-1)
			c.free <- l
		}
	}
}
