package notification

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// call is one provider call and, once made, its result.
type call struct {
	channel int
	body    []byte
	result  result
}

// result is what became of one channel.
type result struct {
	status     string // contract.StatusSent, StatusFailed, StatusUnknown
	providerID string
	attempts   int
	problem    string
	late       bool // ran out of time

	served time.Duration // by the provider, as it says
	timed  bool          // it says, or was not called
}

// fanout makes the calls of one request. One that fails never stops another.
type fanout struct {
	client   client
	timeout  time.Duration // of one call
	deadline time.Time     // of the request
	log      *slog.Logger
}

// sequential makes one call after the other.
func (f *fanout) sequential(calls []call) {
	for i := range calls {
		f.do(&calls[i])
	}
}

// concurrent makes all calls at once, the last of them on the caller's own
// goroutine: it has nothing else to do.
func (f *fanout) concurrent(calls []call) {
	if len(calls) == 0 {
		return
	}
	last := len(calls) - 1
	var others sync.WaitGroup
	for i := range last {
		others.Go(func() { f.do(&calls[i]) })
	}
	f.do(&calls[last])
	others.Wait()
}

// do makes one call. The result is there whatever happens.
func (f *fanout) do(c *call) {
	defer f.catch(c)
	now := time.Now()
	if !now.Before(f.deadline) {
		c.result = result{status: contract.StatusFailed, problem: "no time was left for the call", late: true, timed: true}
		return
	}
	until := now.Add(f.timeout)
	if until.After(f.deadline) {
		until = f.deadline
	}
	r, err := f.client.post(c.channel, c.body, until)
	c.result = judge(r, err)
	c.result.served, c.result.timed = r.served, r.timed
}

// catch keeps a panic on a goroutine of the fan-out from ending the process.
func (f *fanout) catch(c *call) {
	if v := recover(); v != nil {
		f.log.Error("panic in a provider call", "panic", v, "stack", string(debug.Stack()))
		c.result = result{status: contract.StatusFailed, attempts: 1, problem: "internal error"}
	}
}

// judge turns what a client says into the result of a channel.
func judge(r response, err error) result {
	if err == nil {
		if r.status < http.StatusOK || r.status >= http.StatusMultipleChoices {
			text := "the provider answered " + strconv.Itoa(r.status)
			return result{status: contract.StatusFailed, attempts: 1, problem: text}
		}
		return result{status: contract.StatusSent, attempts: 1, providerID: r.id}
	}
	failure, ok := errors.AsType[*callError](err)
	switch {
	case !ok || !failure.timeout:
		return result{status: contract.StatusFailed, attempts: attempted(ok && !failure.written), problem: "the call failed: " + err.Error()}
	case failure.written:
		text := "timed out after the call was sent"
		return result{status: contract.StatusUnknown, attempts: 1, problem: text, late: true}
	}
	text := "timed out before the call was sent"
	return result{status: contract.StatusFailed, problem: text, late: true}
}

// attempted is the number of attempts of a call: one that was never written is
// none, and the provider has not seen it.
func attempted(unwritten bool) int {
	if unwritten {
		return 0
	}
	return 1
}
