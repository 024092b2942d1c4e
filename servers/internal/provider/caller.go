package provider

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// Caller makes calls. Its methods are safe for concurrent use.
type Caller struct {
	*core
	client  client // nil: each session makes its own
	session bool   // the client is the session's own
}

// core is what the sessions of a Caller share.
type core struct {
	cfg       Config
	policy    policy
	to        *targets
	providers [channelCount]protection
	connect   newClient
	observer  Observer
	stopped   context.Context
	stop      context.CancelFunc

	drawing sync.Mutex
	draws   *rand.Rand
}

// protection is what stands between a provider and its callers.
type protection struct {
	guard  *guard  // nil: nothing
	budget *budget // nil: there is one attempt only
}

// New builds a caller. The observer may be nil.
func New(cfg Config, o Observer, log *slog.Logger) (*Caller, error) {
	cfg.Attempts = max(1, cfg.Attempts)
	if o == nil {
		o = Unobserved{}
	}
	connect, err := findClient(cfg.Client)
	to, wireErr := newTargets(&cfg)
	if err := errors.Join(err, wireErr, checkPolicy(&cfg)); err != nil {
		return nil, err
	}
	c := &Caller{core: &core{cfg: cfg, to: to, connect: connect, observer: o, draws: newDraws(cfg.Draws)}}
	c.policy = policy{
		attempts: cfg.Attempts, backoff: cfg.Backoff, full: cfg.Jitter != contract.JitterNone,
		ambiguous: cfg.RetryAmbiguous, breakerOpen: cfg.BreakerOpen,
	}
	for i := range c.providers {
		c.providers[i].guard = newGuard(&cfg, i, o, log)
		if cfg.Attempts > 1 {
			c.providers[i].budget = newBudget(cfg.Budget)
		}
	}
	c.stopped, c.stop = context.WithCancel(context.Background())
	if !cfg.PerRequest {
		c.client = connect(&c.cfg, to)
	}
	return c, nil
}

// checkPolicy finds what would make the policy pointless.
func checkPolicy(cfg *Config) error {
	var problems []error
	if cfg.CallTimeout <= 0 {
		problems = append(problems, errors.New("the call timeout must be more than zero"))
	}
	if cfg.Attempts > 1 && cfg.Backoff <= 0 {
		problems = append(problems, errors.New("the back-off must be more than zero: nothing is repeated at once"))
	}
	if j := cfg.Jitter; cfg.Attempts > 1 && j != contract.JitterFull && j != contract.JitterNone {
		problems = append(problems, fmt.Errorf("unknown jitter %q (valid: %s, %s)", j, contract.JitterFull, contract.JitterNone))
	}
	if cfg.Breaker && cfg.BreakerOpen <= 0 {
		problems = append(problems, errors.New("a breaker must stay open for more than zero"))
	}
	if cfg.Bulkhead < 0 || cfg.RateLimit < 0 {
		problems = append(problems, errors.New("bulkhead and rate limit must not be negative"))
	}
	return errors.Join(problems...)
}

func newDraws(src rand.Source) *rand.Rand {
	if src == nil {
		src = rand.NewPCG(rand.Uint64(), rand.Uint64())
	}
	return rand.New(src)
}

// draw is uniform in [0, 1).
func (c *core) draw() float64 {
	c.drawing.Lock()
	defer c.drawing.Unlock()
	return c.draws.Float64()
}

// Session is what one request makes its calls with: the caller itself, or with
// Config.PerRequest one that has connections of its own. End it.
func (c *Caller) Session() *Caller {
	if c.client != nil {
		return c
	}
	return &Caller{core: c.core, client: c.connect(&c.cfg, c.to), session: true}
}

// End gives up a session's own connections. None of its calls may be running.
func (c *Caller) End() {
	if c.session {
		c.client.close()
	}
}

// Stop ends every wait, now and from now on: between attempts, for the bulkhead
// and for the rate limit. Calls under way end by themselves.
func (c *Caller) Stop() { c.stop() }

// Close stops and gives up idle connections. No call may be running.
func (c *Caller) Close() {
	c.stop()
	if c.client != nil {
		c.client.close()
	}
}

// Send makes as many attempts as it takes and the policy allows, waiting between
// them on the caller's goroutine. A call that is turned away ends it: who is
// waiting for an answer gets one fast.
func (c *Caller) Send(channel int, m *Message, deadline time.Time) Result {
	if c.client == nil {
		return c.sendAlone(channel, m, deadline)
	}
	if c.to[channel] == nil {
		return notOffered(channel)
	}
	body := c.to[channel].encode(m)
	var e ended
	c.attempt(&e, channel, body, 1, deadline)
	if e.result.Class == ClassSent {
		return e.result
	}
	return c.resend(&e, channel, body, deadline)
}

// sendAlone sends over connections of its own.
func (c *Caller) sendAlone(channel int, m *Message, deadline time.Time) Result {
	s := c.Session()
	defer s.End()
	return s.Send(channel, m, deadline)
}

// resend makes the attempts after the first.
func (c *Caller) resend(e *ended, channel int, body []byte, deadline time.Time) Result {
	result := e.result
	for n := 1; !e.result.Class.TurnedAway(); n++ {
		wait, again := c.next(channel, n, e, deadline)
		if !again || !c.sleep(wait) {
			break
		}
		c.attempt(e, channel, body, n+1, deadline)
		result = e.result.After(result)
	}
	return result
}

// Attempt makes attempt n, the first being 1, and says when to make the next, for
// whoever schedules it: wait from now on, with n+1, or with n again where the
// result was turned away (Class.TurnedAway). Put results together by Result.After.
// After Stop, again means no more than that another process may go on.
func (c *Caller) Attempt(channel int, m *Message, n int, deadline time.Time) (r Result, wait time.Duration, again bool) {
	if c.client == nil {
		s := c.Session()
		defer s.End()
		return s.Attempt(channel, m, n, deadline)
	}
	if c.to[channel] == nil {
		return notOffered(channel), 0, false
	}
	var e ended
	until := time.Now().Add(c.cfg.CallTimeout) // what it waits for first included: others want the worker
	if deadline.Before(until) {
		until = deadline
	}
	c.attempt(&e, channel, c.to[channel].encode(m), n, until)
	wait, again = c.next(channel, n, &e, deadline)
	return e.result, wait, again
}

// sleep waits, unless it is told to stop.
func (c *core) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.stopped.Done():
		return false
	}
}

func notOffered(channel int) Result {
	text := contract.Channels()[channel] + " is not offered here"
	return Result{Status: contract.StatusFailed, Class: ClassPermanent, Problem: text, Timed: true}
}
