package mockproviders

import (
	"maps"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/notifybench/notifybench/internal/contract"
)

// stats are the counters of one provider. Every call ends in exactly one of
// accepted, failed, dropped, refused, throttled, rejected and abandoned, or its
// delay has not passed yet.
type stats struct {
	calls, accepted, failed, rejected, abandoned atomic.Uint64
	dropped, refused, throttled                  atomic.Uint64
	untagged, duplicates, bytesIn                atomic.Uint64
	inFlight, inFlightPeak                       atomic.Int64
	delayError, wait                             durations

	mu     sync.Mutex
	faults map[string]uint64
}

// enter counts a call of so many bytes as in flight, and says how many are.
func (s *stats) enter(bytes int) int64 {
	s.calls.Add(1)
	s.bytesIn.Add(uint64(bytes))
	now := s.inFlight.Add(1)
	for {
		peak := s.inFlightPeak.Load()
		if now <= peak || s.inFlightPeak.CompareAndSwap(peak, now) {
			return now
		}
	}
}

// fault counts a call with a fault: few are.
func (s *stats) fault(f *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults == nil {
		s.faults = map[string]uint64{}
	}
	s.faults[f.name]++
}

func (s *stats) leave() { s.inFlight.Add(-1) }

// reject counts a call that never was in flight.
func (s *stats) reject(bytes int) {
	s.calls.Add(1)
	s.rejected.Add(1)
	s.bytesIn.Add(uint64(bytes))
}

// turnAway counts a call that a throttle did not let in.
func (s *stats) turnAway(bytes int) {
	s.calls.Add(1)
	s.throttled.Add(1)
	s.bytesIn.Add(uint64(bytes))
}

// snapshot reads the outcomes first and the calls last, so that under load
// the sum of the outcomes never exceeds the calls.
func (s *stats) snapshot() contract.ProviderStats {
	out := contract.ProviderStats{
		Accepted:     s.accepted.Load(),
		Failed:       s.failed.Load(),
		Dropped:      s.dropped.Load(),
		Refused:      s.refused.Load(),
		Throttled:    s.throttled.Load(),
		Rejected:     s.rejected.Load(),
		Untagged:     s.untagged.Load(),
		Duplicates:   s.duplicates.Load(),
		Abandoned:    s.abandoned.Load(),
		InFlightPeak: s.inFlightPeak.Load(),
		BytesIn:      s.bytesIn.Load(),
		DelayError:   s.delayError.quantiles(),
	}
	if waits := s.wait.quantiles(); waits.Count > 0 {
		out.Wait = &waits
	}
	s.mu.Lock()
	out.Faults = maps.Clone(s.faults)
	s.mu.Unlock()
	out.Calls = s.calls.Load()
	return out
}

// forget sets everything but what is in flight to zero.
func (s *stats) forget() {
	for _, n := range []*atomic.Uint64{&s.calls, &s.accepted, &s.failed, &s.rejected, &s.abandoned,
		&s.dropped, &s.refused, &s.throttled, &s.untagged, &s.duplicates, &s.bytesIn} {
		n.Store(0)
	}
	s.mu.Lock()
	s.faults = nil
	s.mu.Unlock()
	s.inFlightPeak.Store(s.inFlight.Load())
	s.delayError.forget()
	s.wait.forget()
}

// durations is a histogram, striped by connection because hdrhistogram is not safe
// for concurrent use.
type durations [4]struct {
	mu sync.Mutex
	h  *hdrhistogram.Histogram
}

// Range and precision of the histogram: 1 µs to a minute, 3 digits.
const (
	finest   = time.Microsecond
	coarsest = time.Minute
	digits   = 3
)

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(int64(finest), int64(coarsest), digits)
}

func (e *durations) record(conn uint64, d time.Duration) {
	stripe := &e[conn%uint64(len(e))]
	stripe.mu.Lock()
	defer stripe.mu.Unlock()
	if stripe.h == nil {
		stripe.h = newHistogram()
	}
	// Within the range by construction, hence no error.
	_ = stripe.h.RecordValue(int64(min(max(d, 0), coarsest)))
}

func (e *durations) forget() {
	for i := range e {
		e[i].mu.Lock()
		e[i].h = nil
		e[i].mu.Unlock()
	}
}

// quantiles merges the stripes.
func (e *durations) quantiles() contract.DelayQuantiles {
	all := newHistogram()
	for i := range e {
		e[i].mu.Lock()
		if e[i].h != nil {
			all.Merge(e[i].h)
		}
		e[i].mu.Unlock()
	}
	n := float64(all.TotalCount())
	at := func(percent float64) time.Duration { return time.Duration(all.ValueAtQuantile(percent)) }
	return contract.DelayQuantiles{
		Count: uint64(all.TotalCount()),
		P50:   at(50), P90: at(90), P99: at(99), P999: at(99.9),
		Max: time.Duration(all.Max()),
		Low: &contract.DelayLow{P50: at(low(50, n)), P90: at(low(90, n)), P99: at(low(99, n))},
	}
}

// low is the percentile three standard errors of its rank among n lower.
func low(percent, n float64) float64 {
	return max(0, percent-3*math.Sqrt(percent*(100-percent)/max(1, n)))
}
