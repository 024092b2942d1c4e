package mockproviders

import (
	"fmt"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
)

// behaviour is a contract.Behaviour that has been checked.
type behaviour struct {
	latency     latency.Dist
	errorRate   float64
	errorStatus int
	faults      []chance
	dripTime    time.Duration
	queue       contract.Queue     // of no servers: there is none
	limits      *contract.Throttle // nil: any number of calls
	throttle    throttle           // as limits say; shared by behaviours that follow one another and have the same
}

// step is a behaviour in force from a time on.
type step struct {
	at time.Duration // after the timeline's zero
	behaviour
}

// schedule is all that one provider will do: base, until the first step.
type schedule struct {
	base  behaviour
	zero  time.Time
	steps []step // in order of time
}

// at is the behaviour in force at a moment. There is no timer behind a
// timeline: each call asks, so that no call can fall between two behaviours.
func (s schedule) at(now time.Time) behaviour {
	if len(s.steps) == 0 {
		return s.base
	}
	return behaviourAt(s.base, s.steps, now.Sub(s.zero))
}

// behaviourAt is the last of the steps that has come at time t.
func behaviourAt(base behaviour, steps []step, t time.Duration) behaviour {
	for _, s := range slices.Backward(steps) {
		if s.at <= t {
			return s.behaviour
		}
	}
	return base
}

// defaultErrorStatus is what a provider fails with unless told otherwise.
const defaultErrorStatus = 500

func newBehaviour(b contract.Behaviour) (behaviour, error) {
	d, err := latency.Parse(b.Latency)
	if err != nil {
		return behaviour{}, err
	}
	if !(b.ErrorRate >= 0 && b.ErrorRate <= 1) { // NaN is neither
		return behaviour{}, fmt.Errorf("error_rate %v is not a share from 0 to 1", b.ErrorRate)
	}
	status := b.ErrorStatus
	if status == 0 {
		status = defaultErrorStatus
	}
	if status < 400 || status > 599 {
		return behaviour{}, fmt.Errorf("error_status %d is not from 400 to 599", status)
	}
	out := behaviour{latency: d, errorRate: b.ErrorRate, errorStatus: status, dripTime: b.DripTime}
	if out.dripTime == 0 {
		out.dripTime = contract.DefaultDripTime
	}
	if out.dripTime < 0 || out.dripTime > maxDripTime {
		return behaviour{}, fmt.Errorf("drip_time %v is not from 0 to %v", b.DripTime, maxDripTime)
	}
	if b.Queue != nil {
		if b.Queue.Servers < 1 || b.Queue.Length < 0 {
			return behaviour{}, fmt.Errorf("a queue of %d servers and length %d: at least 1 and 0",
				b.Queue.Servers, b.Queue.Length)
		}
		out.queue = *b.Queue
	}
	if out.faults, err = chances(b.ErrorRate, b.Faults); err != nil {
		return behaviour{}, err
	}
	out.limits = b.Throttle
	out.throttle, err = newThrottle(b.Throttle)
	return out, err
}

// maxDripTime is the longest time an answer may be spread over.
const maxDripTime = time.Hour

// planned is the delay of the n-th call for k at a provider.
func (b behaviour) planned(seed, k uint64, provider string, n int) time.Duration {
	return b.latency.Quantile(latency.Draw(seed, k, provider, n))
}

// outcome is what becomes of that call when its delay has passed: the status of
// an error, a fault, or neither.
func (b behaviour) outcome(seed, k uint64, provider string, n int) (status int, f *fault) {
	if b.fails(seed, k, provider, n) {
		return b.errorStatus, nil
	}
	for _, c := range b.faults {
		if latency.DrawKind(seed, k, provider, n, c.fault.name) < c.below {
			return 0, c.fault
		}
	}
	return 0, nil
}

// fails reports whether that call gets the error status.
func (b behaviour) fails(seed, k uint64, provider string, n int) bool {
	return latency.DrawFault(seed, k, provider, n) < b.errorRate
}
