package notification

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// send makes the calls of one notification, all attempts of each. One that fails
// never stops another, and none outlives the deadline.
func (s *Service) send(calls []call, deadline time.Time) {
	with := s.calls
	if s.cfg.Calls.PerRequest {
		own := s.caller.Session()
		defer own.End()
		with = own
	}
	s.each(len(calls), func(i int) {
		c := &calls[i]
		if c.result.Status != "" { // decided already: not wanted
			return
		}
		defer s.rescue(&c.result)
		c.result = with.Send(c.channel, &c.message, deadline)
	})
}

// once makes one attempt of a call of a job.
func (s *Service) once(a *attempt, deadline time.Time) (r provider.Result, wait time.Duration, again bool) {
	defer s.rescue(&r)
	return s.calls.Attempt(a.channel, a.message, a.tries+1, deadline)
}

// rescue keeps a panic on a goroutine of the fan-out from ending the process.
func (s *Service) rescue(r *provider.Result) {
	if v := recover(); v != nil {
		s.log.Error("panic in a provider call", "panic", v, "stack", string(debug.Stack()))
		// The call may have been written: nobody knows.
		*r = provider.Result{Status: contract.StatusUnknown, Attempts: 1, Problem: "internal error", MayHaveArrived: true}
	}
}

// each does something n times: one after the other, or all at once, the last of them
// on the caller's own goroutine: it has nothing else to do.
func (s *Service) each(n int, do func(i int)) {
	if n == 0 {
		return
	}
	last := n - 1
	if s.cfg.Sequential {
		for i := range last {
			do(i)
		}
		do(last)
		return
	}
	var others sync.WaitGroup
	for i := range last {
		others.Go(func() { do(i) })
	}
	do(last)
	others.Wait()
}
