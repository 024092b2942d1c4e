package attack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 10

// transport is where a vegeta hit becomes a notification: it writes the body
// with its k, sends it, checks the answer, and hands vegeta a bare response, so
// that nothing bulky is kept.
type transport struct {
	base    context.Context // cancelled when the drain is over
	inner   *http.Transport
	timeout time.Duration
	slots   *slots
	body    body
	dials   atomic.Uint64
	buffers sync.Pool
}

// errUnfinished is the cause of cancellation at the end of the drain.
var errUnfinished = errors.New("still running at the end of the drain")

func newTransport(base context.Context, job *Job, slots *slots, connections int) *transport {
	t := &transport{base: base, timeout: job.Timeout, slots: slots, body: body{job.Channels}}
	t.buffers.New = func() any { return new(buffers) }
	dialer := &net.Dialer{Timeout: job.Timeout}
	t.inner = &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			t.dials.Add(1)
			return dialer.DialContext(ctx, network, addr)
		},
		MaxIdleConnsPerHost: connections,
		DisableCompression:  true,
	}
	return t
}

// buffers are reused from request to request.
type buffers struct {
	out []byte
	rd  bytes.Reader
	in  bytes.Buffer
}

// RoundTrip implements http.RoundTripper for requests that vegeta makes.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	seq, err := strconv.ParseUint(req.Header.Get("X-Vegeta-Seq"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("request without a sequence number: %w", err)
	}
	s := t.slots.get(seq)
	ctx, cancel := context.WithTimeout(t.base, t.timeout)
	defer cancel()
	b := t.buffers.Get().(*buffers)
	resp, sent, err := t.send(ctx, req, b, s.k)
	v := t.verdict(resp, b, err)
	s.outcome, s.calls, s.err, s.bytesIn = v.outcome, v.calls, v.err, b.in.Len()
	t.slots.assign(seq, s)
	if err != nil {
		// The buffers are not pooled again: the inner transport may still read from them.
		return nil, err
	}
	t.buffers.Put(b)
	return &http.Response{
		StatusCode: resp.StatusCode, Status: resp.Status, Proto: resp.Proto,
		Header: nil, Body: http.NoBody, Request: sent,
	}, nil
}

func (t *transport) send(ctx context.Context, req *http.Request, b *buffers, k uint64) (
	*http.Response, *http.Request, error,
) {
	b.in.Reset()
	b.out = t.body.append(b.out[:0], k)
	b.rd.Reset(b.out)
	req = req.WithContext(ctx)
	req.Header = http.Header{"Content-Type": {"application/json"}}
	req.Body, req.ContentLength = io.NopCloser(&b.rd), int64(len(b.out))
	resp, err := t.inner.RoundTrip(req)
	if err != nil {
		return nil, req, err
	}
	defer resp.Body.Close()
	if _, err := b.in.ReadFrom(io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return nil, req, err
	}
	return resp, req, nil
}

func (t *transport) verdict(resp *http.Response, b *buffers, err error) verdict {
	if err == nil {
		return judge(resp.StatusCode, b.in.Bytes(), t.body.channels)
	}
	v := verdict{outcome: record.OutcomeConnection, calls: unknownCalls, err: err.Error()}
	switch {
	case t.base.Err() != nil:
		v.outcome, v.err = record.OutcomeUnfinished, errUnfinished.Error()
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		v.outcome, v.err = record.OutcomeTimeout, fmt.Sprintf("no answer within %v", t.timeout)
	}
	return v
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}
