package attack

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/notifybench/notifybench/internal/shape"
)

// maxWait bounds one wait, so that a stop is noticed promptly.
const maxWait = 50 * time.Millisecond

// pacer is a vegeta.Pacer that does the waiting itself: vegeta would sleep with
// time.Sleep, which oversleeps by up to a millisecond and then sends in bursts.
type pacer struct {
	shape  shape.Shape // warm-up included
	begin  time.Time
	end    time.Duration // no slot due at or after this is sent
	closed bool
	limit  int64
	slots  *slots
	stop   <-chan struct{}

	k         uint64 // next slot
	locked    bool
	scheduled atomic.Uint64
	unsent    atomic.Uint64 // within the measurement
	warmup    time.Duration
	completed atomic.Int64
	sent      atomic.Int64
	peak      int64
}

// Pace blocks until the next slot is due and may be sent. It is called from one
// goroutine only, which it binds to its thread.
func (p *pacer) Pace(_ time.Duration, hits uint64) (time.Duration, bool) {
	if !p.locked {
		runtime.LockOSThread()
		sharpenTimer()
		p.locked = true
	}
	for {
		due, ok := p.shape.At(p.k)
		if !ok || due >= p.end || !p.wait(due) || p.over() {
			return 0, true
		}
		k := p.k
		p.k++
		measured := due >= p.warmup
		if measured && !p.closed {
			p.scheduled.Add(1)
		}
		if p.closed && !p.ramp(hits) {
			return 0, true
		}
		flying := int64(hits) - p.completed.Load()
		if !p.closed && flying >= p.limit {
			if measured {
				p.unsent.Add(1)
			}
			continue
		}
		p.peak = max(p.peak, min(flying+1, p.limit))
		p.sent.Store(int64(hits) + 1)
		p.slots.assign(hits, slot{k: k, due: due})
		return 0, false
	}
}

// Rate is required of a vegeta.Pacer and used by vegeta for display only.
func (p *pacer) Rate(elapsed time.Duration) float64 { return p.shape.Rate(elapsed) }

// rampStep is how often the ramp looks whether one more may be in flight.
const rampStep = 200 * time.Microsecond

// ramp lets the number in flight of a closed loop grow evenly to its limit over
// the first half of the warm-up, and says whether to go on. Started together,
// against constant latencies, all connections would go on in step, and the
// throughput of a window would be off by up to a whole round.
func (p *pacer) ramp(hits uint64) bool {
	for {
		elapsed := time.Since(p.begin)
		if elapsed >= p.warmup/2 {
			return true
		}
		allowed := 1 + int64(float64(p.limit)*float64(elapsed)/float64(p.warmup/2))
		if int64(hits)-p.completed.Load() < allowed {
			return true
		}
		if !p.wait(elapsed + rampStep) {
			return false
		}
	}
}

// over says whether a closed loop has reached its end: its slots have no due time.
func (p *pacer) over() bool { return p.closed && time.Since(p.begin) >= p.end }

// wait blocks until due and says whether to go on.
func (p *pacer) wait(due time.Duration) bool {
	for {
		select {
		case <-p.stop:
			return false
		default:
		}
		left := due - time.Since(p.begin)
		if left <= 0 {
			return true
		}
		sleep(min(left, maxWait))
	}
}

// inFlight is the number of requests under way. In a closed loop one more may
// be waiting for a free connection: it is not under way.
func (p *pacer) inFlight() int {
	return int(min(p.limit, max(0, p.sent.Load()-p.completed.Load())))
}
