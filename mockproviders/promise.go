package mockproviders

import (
	"bytes"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

var endOfHeader = []byte("\r\n\r\n")

// promise is an answer that is ready before its time. The clock writes it when
// it is due, while the goroutine of the connection reads on: that saves two
// switches of goroutines, and of the threads below them, a quarter of the CPU
// time of a call and most of its scatter.
type promise struct {
	mu       sync.Mutex
	state    promiseState
	provider *provider
	call     answer
	arrival  time.Time
	text     []byte // the whole answer
	served   int    // where in it the figure stands that is known at the last moment
	body     int    // bytes of its body
	missing  int    // bytes of it that are still to come
	rest     []byte // what the caller's full buffer did not take
	awaited  bool   // the goroutine of the connection is in settle
	writers  sync.WaitGroup
}

type promiseState int

const (
	none    promiseState = iota
	given                // the handler gave it, its text is still to come
	partial              // some of the text has come
	pending              // with the clock
	overdue              // kept, but for the rest
)

// canPromise says that a request came in whole and alone: with another in the
// buffer behind it fasthttp would write both answers at once. The call of any other
// has to sleep in wait.
func (c *conn) canPromise(ctx *fasthttp.RequestCtx) bool {
	return c.request.alone(len(ctx.PostBody())) && !ctx.Request.Header.ConnectionClose()
}

// promises takes over a call whose answer is in ctx.
func (c *conn) promises(ctx *fasthttp.RequestCtx, p *provider, a answer) {
	c.promise.mu.Lock()
	defer c.promise.mu.Unlock()
	c.promise.state, c.promise.body = given, len(ctx.Response.Body())
	c.promise.provider, c.promise.call, c.promise.arrival = p, a, ctx.Time()
}

// Write writes an answer, or hands it to the clock. A long one comes in several
// writes, of which the first brings the whole header.
func (c *conn) Write(b []byte) (int, error) {
	c.request.handled = true
	p := &c.promise
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.state {
	case given:
		p.keep(b)
	case partial:
		p.text = append(p.text, b...)
		p.missing -= len(b)
	default:
		return c.TCPConn.Write(b)
	}
	if p.state = partial; p.missing <= 0 {
		p.state = pending
		c.clock.after(p.call.planned-time.Since(p.arrival), c)
	}
	return len(b), nil
}

// servedDigits is the room for the delay that was served, in ms with as many
// decimals as fit.
const servedDigits = 12

// keep copies the beginning of an answer, for it is in fasthttp's buffer.
func (p *promise) keep(b []byte) {
	head, tail, _ := bytes.Cut(b, []byte(servedIs))
	p.text = append(append(p.text[:0], head...), servedIs...)
	p.served = len(p.text)
	p.text = append(p.text, "000000000000"...)
	p.text = append(p.text, tail[max(0, bytes.IndexByte(tail, '\r')):]...)
	p.missing = bytes.Index(b, endOfHeader) + len(endOfHeader) + p.body - len(b)
}

// ring keeps the promise, or wakes the goroutine that sleeps in wait.
func (c *conn) ring() (woken bool) {
	p := &c.promise
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.state {
	case none:
		c.wake()
		return true
	case pending:
	default:
		return false
	}
	if p.awaited && c.abandoned() { // else the goroutine would have read of it
		p.provider.broken(p.call, nil)
		return c.settled()
	}
	p.call.served = time.Since(p.arrival)
	var digits [servedDigits]byte
	copy(p.text[p.served:p.served+servedDigits], appendMillis(digits[:0], p.call.served))
	p.provider.kept(c, p.call)
	p.rest = p.text
	if c.raw.Write(c.put) != nil || len(p.rest) == 0 {
		return c.settled()
	}
	p.state = overdue
	p.writers.Go(c.writeRest)
	return false
}

// writeRest blocks until the caller has taken the answer, or is gone.
func (c *conn) writeRest() {
	_, _ = c.TCPConn.Write(c.promise.rest)
	c.promise.mu.Lock()
	defer c.promise.mu.Unlock()
	c.settled()
}

// settled ends the promise.
func (c *conn) settled() (woken bool) {
	woken = c.promise.awaited
	c.promise.state, c.promise.awaited = none, false
	if woken {
		c.wake()
	}
	return woken
}

// Read reads on while an answer is pending: that is how a caller is noticed who
// hangs up.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	c.request.read(b[:n])
	c.settle(err)
	return n, err
}

// settle ends the promise that is pending when a read has ended: it waits until
// it is kept, lest the answer to the next request come first, or breaks it where
// the caller is gone.
func (c *conn) settle(err error) {
	p := &c.promise
	p.mu.Lock()
	if p.state == none {
		p.mu.Unlock()
		return
	}
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		if p.state == pending {
			p.provider.broken(p.call, err)
		}
		p.state = none
		p.mu.Unlock()
		return
	}
	p.awaited = true
	p.mu.Unlock()
	select {
	case <-c.woken:
	case <-p.provider.stop:
		c.settle(net.ErrClosed)
	}
}

// extent is how much has been read of a request.
type extent struct {
	head, all int // bytes of its header, and of what has been read
	handled   bool
}

func (e *extent) read(b []byte) {
	if e.handled {
		*e = extent{}
	}
	if e.all == 0 {
		e.head = bytes.Index(b, endOfHeader) + len(endOfHeader)
	}
	e.all += len(b)
}

// alone reports whether nothing was read but the request that has this body. It
// errs on the side of no, say for a header that came in pieces.
func (e *extent) alone(body int) bool { return !e.handled && e.all == e.head+body }
