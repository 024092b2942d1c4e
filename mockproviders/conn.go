package mockproviders

import (
	"io"
	"net"
	"syscall"
	"time"
)

// conn is a connection with what its calls would otherwise allocate anew: it
// carries one call at a time.
type conn struct {
	*net.TCPConn
	id    uint64
	timer *time.Timer
	text  []byte // scratch for header and body of the answer

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

func newConn(c *net.TCPConn, id uint64) *conn {
	tc := &conn{TCPConn: c, id: id, text: make([]byte, 0, 96)}
	tc.raw, _ = c.SyscallConn() // fails for a nil connection only
	tc.peek = func(fd uintptr) { tc.gone = hungUp(fd) }
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
	return c.TCPConn.Close()
}

// wait waits for d and reports false where stop came first.
func (c *conn) wait(d time.Duration, stop <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	if c.timer == nil {
		c.timer = time.NewTimer(d)
	} else {
		c.timer.Reset(d)
	}
	select {
	case <-c.timer.C:
		return true
	case <-stop:
		c.timer.Stop()
		return false
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
