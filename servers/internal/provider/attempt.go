package provider

import (
	"errors"
	"strconv"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// ended is an attempt that is over.
type ended struct {
	result Result
	at     time.Time
	took   time.Duration // of the call; where it was turned away, until it was
	after  time.Duration // to leave the provider alone, as it asks
}

// attempt makes one call, if it is let through. Results go where e points: passed by
// value from frame to frame they took the stacks of waiting calls over four kilobytes,
// and so to eight.
func (c *Caller) attempt(e *ended, channel int, body []byte, n int, deadline time.Time) {
	begin := time.Now()
	*e = ended{}
	if !begin.Before(deadline) {
		e.result = turnedAway(ClassNoTime)
	} else if g := c.providers[channel].guard; g == nil {
		c.call(e, channel, body, n, begin, deadline)
	} else {
		begin = c.guarded(e, g, channel, body, n, begin, deadline)
	}
	e.at = time.Now()
	e.took = e.at.Sub(begin)
	c.observer.Attempted(channel, e.result.Class, e.took)
}

// guarded makes a call behind a guard and says when it began.
func (c *Caller) guarded(e *ended, g *guard, channel int, body []byte, n int, now, deadline time.Time) time.Time {
	pass, refusal := g.enter(c.stopped, deadline)
	if refusal != 0 {
		e.result = turnedAway(refusal)
		return now
	}
	defer func() { pass.leave(e.result.Class) }()
	begin := time.Now()
	c.call(e, channel, body, n, begin, deadline)
	return begin
}

// call makes the call, within its own timeout and the deadline.
func (c *Caller) call(e *ended, channel int, body []byte, n int, now, deadline time.Time) {
	if b := c.providers[channel].budget; b != nil && n == 1 {
		b.deposit()
	}
	until := now.Add(c.cfg.CallTimeout)
	if until.After(deadline) {
		until = deadline
	}
	c.observer.InFlight(channel, +1)
	defer c.observer.InFlight(channel, -1)
	a := new(answer)
	if err := c.client.post(channel, body, until, a); err != nil {
		unanswered(&e.result, err)
		return
	}
	answered(&e.result, a)
	e.after = a.after
}

// next says whether attempt n has a successor, and when.
func (c *Caller) next(channel, n int, e *ended, deadline time.Time) (time.Duration, bool) {
	class := e.result.Class
	if !c.policy.mayRepeat(class, n) {
		return 0, false
	}
	wait, took := c.policy.wait(class, n, e.after, c.draw()), e.took
	if class.TurnedAway() {
		took = 0
	}
	if !leavesTime(e.at, wait, took, deadline) {
		return 0, false
	}
	if b := c.providers[channel].budget; b != nil && !class.TurnedAway() && !b.withdraw() {
		c.observer.BudgetExhausted(channel)
		return 0, false
	}
	c.observer.Retrying(channel, wait)
	return wait, true
}

// answered turns an answer into a result.
func answered(r *Result, a *answer) {
	*r = Result{
		Class:    ending{status: a.status, accepted: a.accepted, throttled: a.throttled}.class(),
		Attempts: 1, Served: a.served, Timed: a.timed, Unregistered: a.unregistered,
	}
	switch r.Class {
	case ClassSent:
		r.Status, r.ProviderID = contract.StatusSent, a.id
		return
	case ClassAmbiguous:
		r.Status = contract.StatusUnknown
	default:
		r.Status = contract.StatusFailed
	}
	r.Problem = "the provider answered " + strconv.Itoa(a.status)
	if a.text != "" {
		r.Problem += ": " + a.text
	}
}

// unanswered turns a call without an answer into a result. One that was never
// written is no attempt: the provider has not seen it.
func unanswered(r *Result, err error) {
	var e ending
	if failure, ok := errors.AsType[*callError](err); ok {
		e.timeout, e.written = failure.timeout, failure.written
	} else {
		e.written = true
	}
	*r = Result{Status: contract.StatusFailed, Class: e.class(), Late: e.timeout, Timed: !e.written}
	if e.written {
		r.Attempts, r.MayHaveArrived = 1, true
	}
	switch r.Class {
	case ClassAmbiguous:
		r.Status, r.Problem = contract.StatusUnknown, "timed out after the call was sent"
	case ClassNoRoom:
		r.Problem = "timed out before the call was sent"
	default:
		r.Problem = "the call failed: " + reason(err)
	}
}

// reason is what went wrong, without addresses and without what the provider wrote: it
// goes to clients.
func reason(err error) string {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	return "the connection broke off"
}

// turnedAway is the result of a call that was not made.
func turnedAway(c Class) Result {
	r := Result{Status: contract.StatusFailed, Class: c, Timed: true}
	switch c {
	case ClassBreakerOpen:
		r.Problem = "not called: its breaker is open"
	case ClassNoRoom:
		r.Problem, r.Late = "not called: no room for the call in time", true
	case ClassStopped:
		r.Problem = "not called: the service is stopping"
	default:
		r.Problem, r.Late = "no time was left for the call", true
	}
	return r
}
