package mockproviders

import (
	"container/heap"
	"slices"
	"sync"
	"time"
)

// queue is c servers behind one waiting room, first come first served: a call is
// served for its planned delay by the server that is free first. Since the delay
// is known when a call arrives, so is its beginning (the recursion of Kiefer and
// Wolfowitz); nothing is handed from call to call, and no late timer delays the
// next call. A caller that hangs up is served all the same, as a real backend
// would.
type queue struct {
	mu    sync.Mutex
	free  moments     // when each server is free: a heap
	begin []time.Time // of the calls that wait, in order
}

// moments is a heap of times.
type moments []time.Time

func (h moments) Len() int           { return len(h) }
func (h moments) Less(i, j int) bool { return h[i].Before(h[j]) }
func (h moments) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *moments) Push(x any)        { *h = append(*h, x.(time.Time)) }
func (h *moments) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

// enter admits a call that arrives now and will be served for a time, and says
// how long it waits first; false where the waiting room is full. Calls arrive in
// order: of two that come at once the later must not be the one with the earlier
// time.
func (q *queue) enter(now time.Time, servers, length int, service time.Duration) (wait time.Duration, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.resize(now, servers)
	q.advance(now)
	begin := q.free[0]
	if begin.Before(now) {
		begin = now
	}
	if begin.After(now) {
		if len(q.begin) >= length {
			return 0, false
		}
		// In order also where servers have been added: who waits keeps the server that
		// was found for him, and newcomers get the new ones.
		i, _ := slices.BinarySearchFunc(q.begin, begin, time.Time.Compare)
		q.begin = slices.Insert(q.begin, i, begin)
	}
	q.free[0] = begin.Add(service)
	heap.Fix(&q.free, 0)
	return begin.Sub(now), true
}

// forget lets everybody go.
func (q *queue) forget() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free, q.begin = nil, nil
}

// advance lets those out of the waiting room whose service has begun.
func (q *queue) advance(now time.Time) {
	n := 0
	for n < len(q.begin) && !q.begin[n].After(now) {
		n++
	}
	q.begin = q.begin[n:]
}

// resize follows a change of behaviour: new servers are free at once; of those
// that go the idle ones go first, and a busy one finishes what it was given.
func (q *queue) resize(now time.Time, servers int) {
	for len(q.free) < servers {
		heap.Push(&q.free, now)
	}
	for len(q.free) > servers {
		heap.Pop(&q.free)
	}
}
