package notification

import (
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// call is one message to a provider and, once sent or given up, its result.
type call struct {
	channel int
	message provider.Message
	result  provider.Result
}

// sender sends a message: a *provider.Caller.
type sender interface {
	Send(channel int, m *provider.Message, deadline time.Time) provider.Result
}

// fanout makes the calls of one request. One that fails never stops another.
type fanout struct {
	sender   sender
	deadline time.Time // of the request
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
	c.result = f.sender.Send(c.channel, &c.message, f.deadline)
}

// catch keeps a panic on a goroutine of the fan-out from ending the process.
func (f *fanout) catch(c *call) {
	if v := recover(); v != nil {
		f.log.Error("panic in a provider call", "panic", v, "stack", string(debug.Stack()))
		c.result = provider.Result{Status: contract.StatusFailed, Attempts: 1, Problem: "internal error"}
	}
}
