package metric

import (
	"fmt"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/record"
)

// path knows the provider path of every request before it is made: its delays
// are a function of its number. One after the other they add up, together the
// longest counts, and so many at once take their part of the sum. Where the fan-out is not known the calls count as made together,
// which is the shorter of the two. No call counts for longer than the service waits.
type path struct {
	seed       uint64
	sequential bool
	atOnce     int           // calls that are made at once, at most; 0: all
	timeout    time.Duration // of a call; 0: not known
	calls      []pathCall
}

// pathCall is what a request asks of one provider: a call, or one to each of several
// devices.
type pathCall struct {
	channel string
	times   int     // calls that must succeed
	draws   int     // calls that these may be, in the order in which the provider counts them
	phases  []phase // in order of time; the first holds from the beginning
}

// phase is a latency in force from a time on.
type phase struct {
	from time.Duration // after zero
	dist latency.Dist
}

func newPath(run *record.Run, cell *record.Cell, subject *record.Subject) (*path, error) {
	p := &path{seed: cell.Seed, sequential: subject.Fanout == contract.FanoutSequential, atOnce: subject.AtOnce,
		timeout: subject.CallTimeout()}
	for _, channel := range run.Scenario.Channels {
		d, err := latency.Parse(run.Scenario.Providers[channel].Latency)
		if err != nil {
			return nil, fmt.Errorf("provider %s: %w", channel, err)
		}
		call := pathCall{channel: channel, times: run.Scenario.CallsPer(channel), phases: []phase{{dist: d}}}
		call.draws = call.times
		if s := cell.Providers.Providers[channel]; s.Refused+s.Throttled > 0 { // at once, and tried again
			call.draws *= subject.Attempts()
		}
		for _, step := range run.Scenario.Timeline {
			b, changes := step.Providers[channel]
			if !changes {
				continue
			}
			if d, err = latency.Parse(b.Latency); err != nil {
				return nil, fmt.Errorf("timeline at %v: provider %s: %w", step.At, channel, err)
			}
			call.phases = append(call.phases, phase{from: step.At, dist: d})
		}
		p.calls = append(p.calls, call)
	}
	return p, nil
}

// of is the shortest path that request k can have taken between two times after
// zero, waits before retries left out: no honest answer that waits for its providers
// comes sooner.
func (p *path) of(k uint64, begin, end time.Duration) time.Duration {
	var sum, longest time.Duration
	for i := range p.calls {
		s, l := p.call(&p.calls[i], k, begin, end)
		sum += s
		longest = max(longest, l)
	}
	switch {
	case p.sequential:
		return sum
	case p.atOnce > 0:
		return max(longest, sum/time.Duration(p.atOnce))
	}
	return longest
}

// call is the least that the calls of request k to one provider take together, and
// the least that the longest of them takes.
func (p *path) call(c *pathCall, k uint64, begin, end time.Duration) (sum, longest time.Duration) {
	if c.draws == 1 {
		d := p.delay(c, k, 1, begin, end)
		return d, d
	}
	delays := make([]time.Duration, c.draws)
	for n := range delays {
		delays[n] = p.delay(c, k, n+1, begin, end)
	}
	slices.Sort(delays)
	for _, d := range delays[:c.times] {
		sum += d
	}
	return sum, delays[c.times-1]
}

// delay is the least that the n-th call for request k takes.
func (p *path) delay(c *pathCall, k uint64, n int, begin, end time.Duration) time.Duration {
	d := c.shortest(p.seed, k, n, begin, end)
	if p.timeout > 0 {
		d = min(d, p.timeout)
	}
	return d
}

// shortest is the shortest delay among the phases in force between two times: a
// call that arrives as the timeline turns may get either.
func (c *pathCall) shortest(seed, k uint64, n int, begin, end time.Duration) time.Duration {
	u := latency.Draw(seed, k, c.channel, n)
	best := time.Duration(-1)
	for i, ph := range c.phases {
		ended := i+1 < len(c.phases) && c.phases[i+1].from < begin
		if ended || i > 0 && ph.from > end {
			continue
		}
		if d := ph.dist.Quantile(u); best < 0 || d < best {
			best = d
		}
	}
	return best
}
