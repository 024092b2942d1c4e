package attack

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 10

// transport is where a vegeta hit becomes a notification: it writes the body
// with its k, sends it, checks the answer, and hands vegeta a bare response, so
// that nothing bulky is kept.
type transport struct {
	client  *client
	timeout time.Duration
	slots   *slots
	form    Form
	key     string    // Job.KeyPrefix
	buffers sync.Pool // *buffers

	flying    atomic.Int64  // requests under way
	exhausted atomic.Uint64 // connections that could not be opened for want of descriptors or ports
}

var _ http.RoundTripper = (*transport)(nil)

func newTransport(job *Job, addr, path string, slots *slots) *transport {
	t := &transport{client: newClient(addr, path, job.form().bare()), timeout: job.Timeout, slots: slots, form: job.form(),
		key: job.KeyPrefix}
	t.buffers.New = func() any { return new(buffers) }
	return t
}

// buffers are reused from request to request.
type buffers struct {
	out, key []byte
	in       bytes.Buffer
}

// RoundTrip implements http.RoundTripper for requests that vegeta makes.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.flying.Add(1) // as close as can be to where vegeta reads its clock
	defer t.flying.Add(-1)
	seq, err := strconv.ParseUint(req.Header.Get("X-Vegeta-Seq"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("request without a sequence number: %w", err)
	}
	s := t.slots.get(seq)
	b := t.buffers.Get().(*buffers)
	defer t.buffers.Put(b)
	b.in.Reset()
	b.out = t.form.append(b.out[:0], s.k)
	b.key = appendKey(b.key[:0], t.key, s.k)
	r, err := t.client.send(b.key, b.out, &b.in, time.Now().Add(t.timeout))
	v := t.verdict(r.status, b.in.Bytes(), err)
	s.outcome, s.calls, s.err, s.sent = v.outcome, v.calls, v.err, v.sent
	s.bytesOut, s.bytesIn, s.timing = len(b.out), b.in.Len(), r.timing
	t.slots.assign(seq, s)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: r.status, Status: strconv.Itoa(r.status), Body: http.NoBody, Request: req}, nil
}

func (t *transport) verdict(status int, answer []byte, err error) verdict {
	if err == nil {
		return judge(status, answer, t.form.Channels)
	}
	v := verdict{outcome: record.OutcomeConnection, calls: unknownCalls, err: reason(err)}
	var ne net.Error
	if exhausted(err) {
		t.exhausted.Add(1)
	}
	switch {
	case errors.Is(err, errAborted):
		v.outcome, v.err = record.OutcomeUnfinished, "still running at the end of the drain"
	case errors.As(err, &ne) && ne.Timeout():
		v.outcome, v.err = record.OutcomeTimeout, fmt.Sprintf("no answer within %v", t.timeout)
	}
	return v
}

// reason is an error without the addresses of this one connection, so that equal
// failures read alike.
func reason(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op + ": " + op.Err.Error()
	}
	return err.Error()
}

// exhausted says that what failed is this side: no descriptor, or no port, was left.
func exhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.EADDRNOTAVAIL)
}
