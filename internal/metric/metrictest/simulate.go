package metrictest

import (
	"container/heap"
	"math/rand/v2"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// Server is a model of a server: a fixed latency with a tail, an optional number
// of workers in front of it, and a cost.
type Server struct {
	Subject  record.Subject
	Latency  time.Duration
	Workers  int           // requests carried at once; 0: unbounded
	Path     time.Duration // of its provider calls, as its Server-Timing says; 0: it has none
	Cost     time.Duration // CPU per request
	Store    time.Duration // CPU of its database per request; 0: it has none
	Idle     uint64        // bytes
	File     uint64        // bytes of Idle that are of mapped files; 0: not recorded
	PerFlown uint64        // bytes per request in flight
	Fail     string        // why all its cells failed

	Supervisors int // processes beside those of the subject
}

// times is a heap of times.
type times []time.Duration

func (h times) Len() int           { return len(h) }
func (h times) Less(i, j int) bool { return h[i] < h[j] }
func (h times) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *times) Push(x any)        { *h = append(*h, x.(time.Duration)) }
func (h *times) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

// exchange is one request: when it was sent, when a worker took it, and when it
// would be answered.
type exchange struct{ sent, taken, end time.Duration }

// simulate runs a load against a server from the start of the warm-up to the end
// of the window: a queue in front of the workers, first come first served.
func simulate(s *Server, load *record.Load, run *record.Scenario, rng *rand.Rand) []exchange {
	var done []exchange
	free := make(times, s.Workers)
	for i := range free {
		free[i] = -run.Warmup
	}
	serve := func(at time.Duration) time.Duration {
		begin := at
		if s.Workers > 0 {
			begin = max(at, heap.Pop(&free).(time.Duration))
		}
		end := begin + latency(s.Latency, rng)
		if s.Workers > 0 {
			heap.Push(&free, end)
		}
		done = append(done, exchange{at, begin, end})
		return end
	}
	if load.Open {
		for at := -run.Warmup; at < run.Duration; at += time.Duration(float64(time.Second) / RateAt(load, at)) {
			serve(at)
		}
		return done
	}
	next := make(times, load.Connections)
	for i := range next {
		next[i] = -run.Warmup + time.Duration(i)*s.Latency/time.Duration(len(next))
	}
	heap.Init(&next)
	for next[0] < run.Duration {
		heap.Push(&next, serve(heap.Pop(&next).(time.Duration)))
	}
	return done
}

// latency adds a body and a tail to a base.
func latency(base time.Duration, rng *rand.Rand) time.Duration {
	l := base + time.Duration(rng.ExpFloat64()*float64(base)*0.004)
	if rng.Float64() < 0.02 {
		l += time.Duration(rng.ExpFloat64() * float64(base) * 0.15)
	}
	return l
}

// RateAt is the rate of an open load: three times as high in the middle third of
// a changing one.
func RateAt(load *record.Load, at time.Duration) float64 {
	if load.Changing && at >= ChangeAt && at < ChangeBack {
		return 3 * load.Rate
	}
	return load.Rate
}

// The edges of the middle of a changing load.
const (
	ChangeAt   = 2 * time.Second
	ChangeBack = 4 * time.Second
)

// meanRate is the mean of RateAt over a window.
func meanRate(load *record.Load, window time.Duration) float64 {
	if !load.Changing {
		return load.Rate
	}
	return load.Rate * (1 + 2*float64(ChangeBack-ChangeAt)/float64(window))
}
