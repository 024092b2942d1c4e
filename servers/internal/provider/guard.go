package provider

import (
	"context"
	"log/slog"
	"time"

	"github.com/sony/gobreaker/v2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// rateBurst is how much of a second's calls may come at once.
const rateBurst = 0.1

// guard is the protections before one provider; each is nil when it is off.
type guard struct {
	breaker  *gobreaker.TwoStepCircuitBreaker[struct{}]
	bulkhead *semaphore.Weighted
	limiter  *rate.Limiter
}

// newGuard is nil when nothing is to be guarded.
func newGuard(cfg *Config, channel int, o Observer, log *slog.Logger) *guard {
	if !cfg.Breaker && cfg.Bulkhead == 0 && cfg.RateLimit == 0 {
		return nil
	}
	g := new(guard)
	if cfg.Breaker {
		g.breaker = newBreaker(cfg.BreakerOpen, channel, o, log)
	}
	if cfg.Bulkhead > 0 {
		g.bulkhead = semaphore.NewWeighted(int64(cfg.Bulkhead))
	}
	if cfg.RateLimit > 0 {
		burst := max(1, int(rateBurst*float64(cfg.RateLimit)))
		g.limiter = rate.NewLimiter(rate.Limit(cfg.RateLimit), burst)
	}
	return g
}

// pass is a call that a guard has let through.
type pass struct {
	guard  *guard
	report func(error) // to the breaker; may be nil
}

// enter waits until the call may be made. When it may not, class says why. The
// breaker is asked twice: first so that nobody waits for nothing, and again when
// the call's turn has come.
func (g *guard) enter(stop context.Context, deadline time.Time) (pass, Class) {
	if g.breaker != nil && g.breaker.State() == gobreaker.StateOpen {
		return pass{}, ClassBreakerOpen
	}
	if g.bulkhead != nil && !g.bulkhead.TryAcquire(1) {
		if class := waitFor(stop, deadline, func(ctx context.Context) error { return g.bulkhead.Acquire(ctx, 1) }); class != 0 {
			return pass{}, class
		}
	}
	p := pass{guard: g}
	if g.limiter != nil && !g.limiter.Allow() {
		if class := waitFor(stop, deadline, g.limiter.Wait); class != 0 {
			p.leave(class)
			return pass{}, class
		}
	}
	if g.breaker != nil {
		report, err := g.breaker.Allow()
		if err != nil {
			p.leave(ClassBreakerOpen)
			return pass{}, ClassBreakerOpen
		}
		p.report = report
	}
	return p, 0
}

func waitFor(stop context.Context, deadline time.Time, wait func(context.Context) error) Class {
	ctx, cancel := context.WithDeadline(stop, deadline)
	defer cancel()
	switch {
	case wait(ctx) == nil:
		return 0
	case stop.Err() != nil:
		return ClassStopped
	}
	return ClassNoRoom
}

// leave makes room for the next call. A class of 0 is a call that panicked.
func (p *pass) leave(c Class) {
	if p.report != nil {
		p.report(health(c))
	}
	if p.guard.bulkhead != nil {
		p.guard.bulkhead.Release(1)
	}
}
