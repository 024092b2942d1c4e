package mockproviders

import (
	"errors"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

const pathSend = "/send"

// provider answers POST /send for one channel.
type provider struct {
	name        string
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
	return &provider{name: name, settings: s, stop: stop}
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

// serve sorts out what is not a call, then answers it.
func (p *provider) serve(ctx *fasthttp.RequestCtx) {
	if string(ctx.Path()) != pathSend {
		refuse(ctx, fasthttp.StatusNotFound, "no such path (valid: POST "+pathSend+")")
		return
	}
	body := ctx.PostBody()
	if !ctx.IsPost() {
		p.stats.reject(len(body))
		notAllowed(ctx, fasthttp.MethodPost)
		return
	}
	call, err := decodePlain(body)
	if err != nil {
		p.stats.reject(len(body))
		refuse(ctx, fasthttp.StatusBadRequest, err.Error())
		return
	}
	k, tagged := tagOf(call)
	if tagged && k >= contract.ProbeBase {
		answerPlain(ctx, answer{provider: p.name, k: k, n: 1})
		return
	}
	p.stats.enter(len(body))
	a := p.plan(k, tagged, ctx.Time())
	if a.simple() && ctx.Conn().(*conn).promises(ctx, p, a) {
		answerPlain(ctx, a)
		return
	}
	defer p.stats.leave()
	p.answer(ctx, a)
}

// plan decides delay and outcome of a call by the behaviour in force at its
// arrival. A call without a tag is known by its number of arrival.
func (p *provider) plan(k uint64, tagged bool, arrival time.Time) answer {
	a := answer{provider: p.name, k: k, n: 1, tagged: tagged}
	if tagged {
		a.n = p.ledger.next(k)
	} else {
		a.k = p.arrivals.Add(1) - 1
		p.stats.untagged.Add(1)
	}
	b, seed := p.settings.of(p.name, arrival), p.settings.seed.Load()
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
		a.planned, a.fault, a.status, a.refused = 0, nil, fasthttp.StatusServiceUnavailable, true
	}
}

// answer waits, looks whether anybody is still there, and answers. The look
// costs a system call, so it is saved where there was no wait.
func (p *provider) answer(ctx *fasthttp.RequestCtx, a answer) {
	c := ctx.Conn().(*conn)
	delay := a.wait + a.planned
	if !c.wait(delay-time.Since(ctx.Time()), p.stop) {
		return // the connection is cut
	}
	a.served = time.Since(ctx.Time()) - a.wait
	if delay > 0 && c.abandoned() {
		p.stats.abandoned.Add(1)
		ctx.SetConnectionClose()
		return
	}
	p.record(c.id, a)
	p.count(a)
	if a.fault != nil {
		a.fault.answer(p, ctx, a)
		return
	}
	answerPlain(ctx, a)
}

// record files the times of a call that was served.
func (p *provider) record(conn uint64, a answer) {
	if a.refused {
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
	p.stats.leave()
}

// broken files a call whose connection ended before the answer: by its caller,
// unless we have cut it.
func (p *provider) broken(err error) {
	if !errors.Is(err, net.ErrClosed) {
		p.stats.abandoned.Add(1)
	}
	p.stats.leave()
}

// count files what becomes of a call, before its caller can know: who has the
// answer finds it in the statistics.
func (p *provider) count(a answer) {
	if a.fault != nil {
		p.stats.fault(a.fault)
	}
	switch {
	case a.refused:
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

// tagOf reads k from the end of the subject or, failing that, of the message.
func tagOf(c contract.PlainCall) (k uint64, ok bool) {
	if k, ok = contract.ParseTag(c.Subject); ok {
		return k, true
	}
	return contract.ParseTag(c.Message)
}

// answer is what one call gets.
type answer struct {
	provider        string
	k               uint64
	n               int // the n-th call for k
	tagged          bool
	status          int    // 0: success
	fault           *fault // nil: none
	dripTime        time.Duration
	planned, served time.Duration
	wait            time.Duration // in the queue, not part of the two
	queued, refused bool          // there is a queue; it was full
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
