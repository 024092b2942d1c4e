package attack

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// client is an HTTP/1.1 client for one server: connections that block, without
// goroutines of their own. net/http's Transport hands every request
// to two goroutines by channel; on the core that generator and providers share
// that is a third of what the generator costs, and would bind the fast servers.
// Responses are still parsed by net/http.
type client struct {
	addr  string
	head  []byte // of every request, up to what more it has
	bare  bool   // requests have no body
	dials atomic.Uint64

	mu      sync.Mutex
	idle    []*clientConn // last used first
	open    map[*clientConn]bool
	aborted bool
}

// response is what is kept of an answer beside its body.
type response struct {
	status int
	timing timing
}

type clientConn struct {
	net.Conn
	rd   *bufio.Reader
	out  []byte
	used time.Time // when it became idle
}

// errAborted is returned for requests that abort cut off, or that came after it.
var errAborted = errors.New("cut off")

// trustIdle is how long an idle connection is used again without a look whether
// the server has closed it meanwhile.
const trustIdle = time.Millisecond

func newClient(addr, path string, bare bool) *client {
	method, content := http.MethodPost, "Content-Type: application/json\r\n"
	if bare {
		method, content = http.MethodGet, ""
	}
	head := method + " " + path + " HTTP/1.1\r\nHost: " + addr + "\r\nUser-Agent: notifybench\r\n" + content
	return &client{addr: addr, head: []byte(head), bare: bare, open: map[*clientConn]bool{}}
}

// send sends a body, behind more lines of the header where there are any, and reads
// the whole answer into in, which it may fill up to maxAnswer bytes. Everything has
// to be done by the deadline.
func (c *client) send(header, body []byte, in *bytes.Buffer, deadline time.Time) (r response, err error) {
	conn, err := c.take(deadline)
	if err != nil {
		return r, err
	}
	r, reuse, err := conn.exchange(c, header, body, in, deadline)
	if reuse && err == nil {
		c.put(conn)
	} else {
		c.drop(conn)
	}
	if err != nil && c.isAborted() {
		err = errAborted
	}
	return r, err
}

func (conn *clientConn) exchange(c *client, header, body []byte, in *bytes.Buffer, deadline time.Time) (
	r response, reuse bool, err error,
) {
	if err := conn.SetDeadline(deadline); err != nil {
		return r, false, err
	}
	conn.out = append(conn.out[:0], c.head...)
	if !c.bare {
		conn.out = append(strconv.AppendInt(append(conn.out, "Content-Length: "...), int64(len(body)), 10), "\r\n"...)
	}
	conn.out = append(append(conn.out, header...), "\r\n"...)
	conn.out = append(conn.out, body...)
	if _, err := conn.Write(conn.out); err != nil {
		return r, false, err
	}
	resp, err := http.ReadResponse(conn.rd, anyRequest)
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the server closed the connection without an answer")
		}
		return r, false, err
	}
	defer resp.Body.Close()
	r = response{resp.StatusCode, timingOf(resp.Header)}
	n, err := in.ReadFrom(io.LimitReader(resp.Body, maxAnswer))
	return r, !resp.Close && n < maxAnswer && conn.rd.Buffered() == 0, err
}

// anyRequest tells http.ReadResponse what was asked: a GET is answered like a POST.
var anyRequest = &http.Request{Method: http.MethodPost}

// take returns an idle connection, or a new one.
func (c *client) take(deadline time.Time) (*clientConn, error) {
	for {
		c.mu.Lock()
		if c.aborted {
			c.mu.Unlock()
			return nil, errAborted
		}
		n := len(c.idle) - 1
		if n < 0 {
			c.mu.Unlock()
			return c.dial(deadline)
		}
		conn := c.idle[n]
		c.idle = c.idle[:n]
		c.mu.Unlock()
		if time.Since(conn.used) < trustIdle || conn.alive() {
			return conn, nil
		}
		c.drop(conn)
	}
}

func (c *client) dial(deadline time.Time) (*clientConn, error) {
	c.dials.Add(1)
	nc, err := (&net.Dialer{Deadline: deadline}).Dial("tcp", c.addr)
	if err != nil {
		return nil, err
	}
	conn := &clientConn{Conn: nc, rd: bufio.NewReader(nc)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.aborted {
		return nil, errors.Join(errAborted, nc.Close())
	}
	c.open[conn] = true
	return conn, nil
}

func (c *client) put(conn *clientConn) {
	conn.used = time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = append(c.idle, conn)
}

func (c *client) drop(conn *clientConn) {
	c.mu.Lock()
	delete(c.open, conn)
	c.mu.Unlock()
	_ = conn.Close() // it is of no more use, whatever Close says
}

// abort cuts off what is in flight and closes every connection.
func (c *client) abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.aborted, c.idle = true, nil
	for conn := range c.open {
		_ = conn.Close()
	}
}

func (c *client) isAborted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.aborted
}

// alive looks, without waiting, whether the server has closed the connection or
// sent something that nobody asked for.
func (conn *clientConn) alive() bool {
	sc, ok := conn.Conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, _, peek := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = errors.Is(peek, syscall.EAGAIN)
		return true
	})
	return err == nil && quiet
}
