package mockproviders

import (
	"io"
	"net"
	"syscall"
	"time"
)

// conn is a connection with what its calls would otherwise allocate anew: it
// carries one call at a time. A call waits in one of two ways: its answer is
// promised, which is the rule, or its goroutine sleeps in wait.
type conn struct {
	*net.TCPConn
	id    uint64
	clock clock
	woken chan struct{} // by the clock, or by a promise that is kept
	text  []byte        // scratch for header and body of the answer

	promise promise
	request extent
	put     func(fd uintptr) bool // writes what the caller's buffer takes of promise.rest

	raw  syscall.RawConn
	peek func(fd uintptr)
	gone bool

	linger bool // a request was refused before all of it was read
}

// Bounds of what is read and thrown away after a refusal.
const (
	lingerTime  = 200 * time.Millisecond
	lingerBytes = 1 << 20
)

func newConn(c *net.TCPConn, id uint64, k clock) *conn {
	tc := &conn{TCPConn: c, id: id, clock: k, woken: make(chan struct{}, 1), text: make([]byte, 0, 96)}
	tc.raw, _ = c.SyscallConn() // fails for a nil connection only
	tc.peek = func(fd uintptr) { tc.gone = hungUp(fd) }
	tc.put = func(fd uintptr) bool {
		tc.promise.rest = tc.promise.rest[writeNow(fd, tc.promise.rest):]
		return true
	}
	return tc
}

// Close closes the connection. Closing with bytes unread would reset it, and the
// caller could lose the answer that says what was wrong: so these are read first.
func (c *conn) Close() error {
	if c.linger {
		// Each of these fails only where the connection is gone already.
		_ = c.CloseWrite()
		_ = c.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, c.TCPConn, lingerBytes)
	}
	err := c.TCPConn.Close()
	c.promise.writers.Wait()
	return err
}

// wait waits for d and reports false where stop came first.
func (c *conn) wait(d time.Duration, stop <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	c.clock.after(d, c)
	select {
	case <-c.woken:
		return true
	case <-stop:
		return false
	}
}

// wake ends a wait. Nobody waits where the connection is being cut.
func (c *conn) wake() {
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

// abandoned reports whether the caller has hung up.
func (c *conn) abandoned() bool {
	return c.raw.Control(c.peek) != nil || c.gone
}

// awaitHangUp returns when the caller has hung up, or when the connection is to
// be drained or has been closed by us.
func (c *conn) awaitHangUp() {
	_ = c.raw.Read(hungUp) // any error ends it as well
}
