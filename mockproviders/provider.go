package mockproviders

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// provider answers the calls of one channel, each in the wire format it came by.
type provider struct {
	name        string
	wires       []wire
	settings    *settings
	stop        <-chan struct{}
	connections *atomic.Uint64
	arrivals    atomic.Uint64 // of calls without a tag
	ledger      ledger
	queue       queue
	stats       stats
}

var _ handler = (*provider)(nil)

func newProvider(name string, s *settings, stop <-chan struct{}) *provider {
	return &provider{name: name, wires: wiresOf(name), settings: s, stop: stop}
}

func (p *provider) refused() { p.stats.reject(0) }

func (p *provider) snapshot() contract.ProviderStats {
	s := p.stats.snapshot()
	s.Connections = p.connections.Load()
	return s
}

// forget drops all that calls have left behind.
func (p *provider) forget() {
	p.arrivals.Store(0)
	p.ledger.forget()
	p.queue.forget()
	p.stats.forget()
}

// find is the wire format whose calls have a path.
func (p *provider) find(path []byte) (w wire, account string) {
	for _, w := range p.wires {
		if part, ok := chosen(path, w.path()); ok {
			return w, part
		}
	}
	return nil, ""
}

// serve sorts out what is not a call, then answers it.
func (p *provider) serve(ctx *fasthttp.RequestCtx) {
	w, account := p.find(ctx.Path())
	if w == nil {
		var valid []string
		for _, w := range p.wires {
			valid = append(valid, fasthttp.MethodPost+" "+w.path())
		}
		refuse(ctx, fasthttp.StatusNotFound, "no such path (valid: "+strings.Join(valid, ", ")+")")
		return
	}
	size := len(ctx.PostBody())
	if !ctx.IsPost() {
		p.stats.reject(size)
		ctx.Response.Header.Set(fasthttp.HeaderAllow, fasthttp.MethodPost)
		w.fail(ctx, answer{status: fasthttp.StatusMethodNotAllowed, why: wrongMethod})
		return
	}
	c, ok := w.read(ctx)
	if !ok {
		p.stats.reject(size)
		return
	}
	c.wire, c.account = w, account
	k, tagged := c.tag()
	if tagged && k >= contract.ProbeBase {
		w.succeed(ctx, c, answer{provider: p.name, k: k, n: 1})
		return
	}
	p.take(ctx, c, k, tagged)
}

// take answers a call, unless a throttle turns it away.
func (p *provider) take(ctx *fasthttp.RequestCtx, c call, k uint64, tagged bool) {
	b, size := p.settings.of(p.name, ctx.Time()), len(ctx.PostBody())
	v := verdict{in: true}
	if b.throttle != nil {
		v = b.throttle.enter(ctx.Time())
	}
	if !v.in {
		p.stats.turnAway(size)
		c.wire.fail(ctx, answer{status: fasthttp.StatusTooManyRequests, why: throttled, verdict: v,
			concurrent: p.stats.inFlight.Load()})
		return
	}
	concurrent := p.stats.enter(size)
	a := p.plan(b, k, tagged, ctx.Time())
	a.verdict, a.concurrent, a.throttle = v, concurrent, b.throttle
	if contract.BadAddress(p.name, c.to) && a.why != queueFull {
		a.fault, a.status, a.why = nil, fasthttp.StatusBadRequest, badAddress
	}
	if k := ctx.Conn().(*conn); a.simple() && k.canPromise(ctx) {
		c.write(ctx, a)
		k.promises(ctx, p, a)
		return
	}
	defer p.leave(a)
	p.answer(ctx, c, a)
}

// leave ends a call that is in flight.
func (p *provider) leave(a answer) {
	if a.throttle != nil {
		a.throttle.leave()
	}
	p.stats.leave()
}

// write writes the answer to a call, whatever it is.
func (c call) write(ctx *fasthttp.RequestCtx, a answer) {
	if a.status != 0 {
		c.wire.fail(ctx, a)
		return
	}
	c.wire.succeed(ctx, c, a)
}

// plan decides delay and outcome of a call by the behaviour in force at its
// arrival. A call without a tag is known by its number of arrival.
func (p *provider) plan(b behaviour, k uint64, tagged bool, arrival time.Time) answer {
	a := answer{provider: p.name, k: k, n: 1, tagged: tagged}
	if tagged {
		a.n = p.ledger.next(k)
	} else {
		a.k = p.arrivals.Add(1) - 1
		p.stats.untagged.Add(1)
	}
	seed := p.settings.seed.Load()
	a.planned = b.planned(seed, a.k, p.name, a.n)
	a.status, a.fault = b.outcome(seed, a.k, p.name, a.n)
	a.dripTime = b.dripTime
	if b.queue.Servers > 0 {
		p.enqueue(&a, b.queue, arrival)
	}
	return a
}

// enqueue finds out how long a call waits. One that finds no room is not served.
func (p *provider) enqueue(a *answer, q contract.Queue, arrival time.Time) {
	var room bool
	a.queued = true
	if a.wait, room = p.queue.enter(arrival, q.Servers, q.Length, a.planned); !room {
		a.planned, a.fault, a.status, a.why = 0, nil, fasthttp.StatusServiceUnavailable, queueFull
	}
}

// answer waits, looks whether anybody is still there, and answers. The look
// costs a system call, so it is saved where there was no wait.
func (p *provider) answer(ctx *fasthttp.RequestCtx, c call, a answer) {
	k := ctx.Conn().(*conn)
	delay := a.wait + a.planned
	if !k.wait(delay-time.Since(ctx.Time()), p.stop) {
		return // the connection is cut
	}
	a.served = time.Since(ctx.Time()) - a.wait
	if delay > 0 && k.abandoned() {
		p.stats.abandoned.Add(1)
		ctx.SetConnectionClose()
		return
	}
	p.record(k.id, a)
	p.count(a)
	if a.fault != nil {
		a.fault.answer(p, ctx, c, a)
		return
	}
	c.write(ctx, a)
}

// record files the times of a call that was served.
func (p *provider) record(conn uint64, a answer) {
	if a.why == queueFull {
		return
	}
	p.stats.delayError.record(conn, a.served-a.planned)
	if a.queued {
		p.stats.wait.record(conn, a.wait)
	}
}

// kept files a call whose promise is about to be kept.
func (p *provider) kept(c *conn, a answer) {
	p.record(c.id, a)
	p.count(a)
	p.leave(a)
}

// broken files a call whose connection ended before the answer: by its caller,
// unless we have cut it.
func (p *provider) broken(a answer, err error) {
	if !errors.Is(err, net.ErrClosed) {
		p.stats.abandoned.Add(1)
	}
	p.leave(a)
}

// count files what becomes of a call, before its caller can know: who has the
// answer finds it in the statistics.
func (p *provider) count(a answer) {
	if a.fault != nil {
		p.stats.fault(a.fault)
	}
	switch {
	case a.why == queueFull:
		p.stats.refused.Add(1)
		return
	case a.status != 0:
		p.stats.failed.Add(1)
		return
	case a.fault != nil && !a.fault.accepted:
		p.stats.dropped.Add(1)
		return
	}
	p.stats.accepted.Add(1)
	if a.tagged && p.ledger.accept(a.k) {
		p.stats.duplicates.Add(1)
	}
}

// answer is what one call gets.
type answer struct {
	provider        string
	k               uint64
	n               int // the n-th call for k
	tagged          bool
	status          int    // 0: success
	why             reason // of a status
	fault           *fault // nil: none
	dripTime        time.Duration
	planned, served time.Duration
	wait            time.Duration // in the queue, not part of the two
	queued          bool          // there is a queue
	throttle        throttle      // nil: none
	verdict         verdict
	concurrent      int64 // calls in flight on arrival, this one included
}

// simple says whether the answer is known now and due after the planned delay.
func (a answer) simple() bool { return a.planned > 0 && a.fault == nil && !a.queued }

// serverTiming appends "planned;dur=200.000, served;dur=200.312", in ms, and the
// wait where there is a queue.
func (a answer) serverTiming(b []byte) []byte {
	b = append(b, "planned;dur="...)
	b = appendMillis(b, a.planned)
	b = append(b, servedIs...)
	b = appendMillis(b, a.served)
	if !a.queued {
		return b
	}
	return appendMillis(append(b, ", wait;dur="...), a.wait)
}

const servedIs = ", served;dur="

func appendMillis(b []byte, d time.Duration) []byte {
	return strconv.AppendFloat(b, float64(d)/float64(time.Millisecond), 'f', 3, 64)
}

// id appends what the provider calls the message: "email-17-1".
func (a answer) id(b []byte) []byte {
	b = append(append(b, a.provider...), '-')
	b = append(strconv.AppendUint(b, a.k, 10), '-')
	return strconv.AppendInt(b, int64(a.n), 10)
}
