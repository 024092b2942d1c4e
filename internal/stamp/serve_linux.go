package stamp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
)

const (
	room      = 1 << 20 // arrivals for which memory is at hand from the start
	backlog   = 4096    // connections that may wait for accept, as while the target is frozen
	maxEvents = 256
	lookAfter = 100 // ms between two looks whether to end
	readSize  = 4 << 10
)

// target is a server under way. It belongs to one thread.
type target struct {
	epoll, listener int
	conns           map[int32][]byte // what has been read of a request, by descriptor
	arrivals        []Arrival
	sent, healthy   []byte
	buf             [readSize]byte
}

// Supported says whether arrivals can be stamped here.
const Supported = true

// Serve answers on a free port of the loopback address until ctx ends, and
// returns what arrived. ready is told the base URL.
func Serve(ctx context.Context, ready func(url string) error) ([]Arrival, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // nothing here leaves garbage worth a pause
	t := &target{conns: map[int32][]byte{}, arrivals: make([]Arrival, room), sent: answer(sent), healthy: answer(healthy)}
	for i := range t.arrivals { // touch the pages now
		t.arrivals[i].K = NoK
	}
	t.arrivals = t.arrivals[:0]
	port, err := t.listen()
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	defer t.close()
	if err := ready(fmt.Sprintf("http://%s", net.JoinHostPort("127.0.0.1", fmt.Sprint(port)))); err != nil {
		return nil, err
	}
	err = t.loop(ctx) // which fills in the arrivals
	return t.arrivals, err
}

func (t *target) listen() (port int, err error) {
	if t.listener, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return 0, err
	}
	if err := unix.Bind(t.listener, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, err
	}
	if err := unix.Listen(t.listener, backlog); err != nil {
		return 0, err
	}
	name, err := unix.Getsockname(t.listener)
	if err != nil {
		return 0, err
	}
	if t.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return 0, err
	}
	return name.(*unix.SockaddrInet4).Port, t.watch(t.listener)
}

func (t *target) watch(fd int) error {
	return unix.EpollCtl(t.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (t *target) close() {
	for fd := range t.conns {
		unix.Close(int(fd))
	}
	unix.Close(t.listener)
	unix.Close(t.epoll)
}

func (t *target) loop(ctx context.Context) error {
	var events [maxEvents]unix.EpollEvent
	for ctx.Err() == nil {
		n, err := unix.EpollWait(t.epoll, events[:], lookAfter)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("wait for requests: %w", err)
		}
		for i := range max(n, 0) {
			if fd := events[i].Fd; int(fd) == t.listener {
				t.accept()
			} else if !t.read(fd) {
				delete(t.conns, fd)
				unix.Close(int(fd))
			}
		}
	}
	return nil
}

// accept takes what waits. Out of descriptors, it waits for a caller to hang up.
func (t *target) accept() {
	for {
		fd, _, err := unix.Accept4(t.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			return
		}
		// Without the option answers may wait for more to come.
		if unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1) != nil || t.watch(fd) != nil {
			unix.Close(fd)
			continue
		}
		t.conns[int32(fd)] = nil
	}
}

// read reads once and answers every request that is whole; it says whether the
// connection goes on.
func (t *target) read(fd int32) bool {
	n, err := unix.Read(int(fd), t.buf[:])
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
		return true
	}
	if err != nil || n <= 0 {
		return false
	}
	now := time.Now().UnixNano()
	data := t.buf[:n]
	if held := t.conns[fd]; len(held) > 0 {
		data = append(held, data...)
	}
	for {
		m, whole := next(data)
		if !whole {
			t.conns[fd] = append(t.conns[fd][:0], data...)
			return len(data) < 1<<20
		}
		data = data[m.size:]
		reply := t.healthy
		if !m.health {
			t.arrivals = append(t.arrivals, Arrival{now, m.k})
			reply = t.sent
		}
		if sent, err := unix.Write(int(fd), reply); err != nil || sent < len(reply) {
			return false
		}
	}
}
