package metric

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/record"
)

// path knows the provider path of every request before it is made: its delays
// are a function of its number. One after the other they add up, together the
// longest counts. Where the fan-out is not known the calls count as made together,
// which is the shorter of the two.
type path struct {
	seed       uint64
	sequential bool
	calls      []pathCall
}

// pathCall is the call to one provider.
type pathCall struct {
	channel string
	phases  []phase // in order of time; the first holds from the beginning
}

// phase is a latency in force from a time on.
type phase struct {
	from time.Duration // after zero
	dist latency.Dist
}

func newPath(run *record.Run, cell *record.Cell, subject *record.Subject) (*path, error) {
	p := &path{seed: cell.Seed, sequential: subject.Fanout == contract.FanoutSequential}
	for _, channel := range run.Scenario.Channels {
		d, err := latency.Parse(run.Scenario.Providers[channel].Latency)
		if err != nil {
			return nil, fmt.Errorf("provider %s: %w", channel, err)
		}
		call := pathCall{channel: channel, phases: []phase{{dist: d}}}
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
// zero, retries left out: no honest answer that waits for its providers comes
// sooner.
func (p *path) of(k uint64, begin, end time.Duration) time.Duration {
	var sum, longest time.Duration
	for i := range p.calls {
		d := p.calls[i].shortest(p.seed, k, begin, end)
		sum += d
		longest = max(longest, d)
	}
	if p.sequential {
		return sum
	}
	return longest
}

// shortest is the shortest delay among the phases in force between two times: a
// call that arrives as the timeline turns may get either.
func (c *pathCall) shortest(seed, k uint64, begin, end time.Duration) time.Duration {
	u := latency.Draw(seed, k, c.channel, 1)
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
