// Package queue is a bounded queue with workers: what was accepted waits until one
// of them carries it, and one that has to be carried again waits for its time.
//
// Model: a place is reserved, then filled or given back. An entry keeps its place
// until it is done, whether it is ready, being carried or delayed, so that the limit
// bounds everything accepted and not done. Ready entries are carried first come,
// first served; a delayed one joins their end when it is due. Nothing here blocks a
// caller: a full queue says so at once.
//
// Limits: entries live in memory. What must outlive the process is kept elsewhere by
// whoever fills the queue.
package queue

import (
	"container/heap"
	"container/list"
	"context"
	"sync"
	"time"
)

// Carry works on an entry. It returns the time from which on it wants to be called
// again, or done. ctx ends when there is no time any more: what can wait should give up.
type Carry[T any] func(ctx context.Context, entry T) (again time.Time, done bool)

// Queue holds entries of one kind. Its methods are safe for concurrent use.
type Queue[T any] struct {
	size    int
	carry   Carry[T]
	ctx     context.Context
	abort   context.CancelFunc
	workers sync.WaitGroup

	mu       sync.Mutex
	changed  sync.Cond
	reserved int       // places taken and not filled
	all      list.List // of *entry[T], oldest first: everything not done
	ready    list.List // of *entry[T]
	delayed  delayed[T]
	timer    *time.Timer
	carried  int  // by workers, now
	closed   bool // no more places
	stopped  bool // workers take no more
	done     int
}

type entry[T any] struct {
	value T
	born  time.Time
	due   time.Time
	place *list.Element // in all
}

// New starts a queue of so many places and workers.
func New[T any](size, workers int, carry Carry[T]) *Queue[T] {
	q := &Queue[T]{size: size, carry: carry}
	q.ctx, q.abort = context.WithCancel(context.Background())
	q.changed.L = &q.mu
	for range workers {
		q.workers.Go(q.work)
	}
	return q
}

// Reserve takes a place; false where none is left or the queue is closed.
func (q *Queue[T]) Reserve() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.reserved+q.all.Len() >= q.size {
		return false
	}
	q.reserved++
	return true
}

// Cancel gives a reserved place back.
func (q *Queue[T]) Cancel() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.reserved--
	q.changed.Broadcast()
}

// Fill puts an entry into a reserved place, to be carried from due on. Born is when
// it was accepted.
func (q *Queue[T]) Fill(value T, born, due, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.reserved--
	e := &entry[T]{value: value, born: born, due: due}
	e.place = q.all.PushBack(e)
	q.queue(e, now)
}

// queue makes an entry ready, now or when it is due.
func (q *Queue[T]) queue(e *entry[T], now time.Time) {
	if e.due.After(now) {
		heap.Push(&q.delayed, e)
		if q.delayed[0] == e {
			q.schedule(now)
		}
		return
	}
	q.ready.PushBack(e)
	q.changed.Signal()
}

// schedule sets the timer for the first delayed entry.
func (q *Queue[T]) schedule(now time.Time) {
	if q.timer != nil {
		q.timer.Stop()
	}
	if len(q.delayed) > 0 && !q.stopped {
		q.timer = time.AfterFunc(q.delayed[0].due.Sub(now), q.promote)
	}
}

// promote makes ready what is due.
func (q *Queue[T]) promote() {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	for len(q.delayed) > 0 && !q.delayed[0].due.After(now) {
		q.ready.PushBack(heap.Pop(&q.delayed))
		q.changed.Signal()
	}
	q.schedule(now)
}

func (q *Queue[T]) work() {
	for e := q.take(); e != nil; e = q.take() {
		again, done := q.carry(q.ctx, e.value)
		q.put(e, again, done)
	}
}

// take waits for a ready entry; nil when there will be none.
func (q *Queue[T]) take() *entry[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.ready.Len() == 0 || q.stopped {
		if q.stopped || q.closed && q.all.Len()+q.reserved == 0 {
			return nil
		}
		q.changed.Wait()
	}
	q.carried++
	return q.ready.Remove(q.ready.Front()).(*entry[T])
}

// put takes an entry back from a worker.
func (q *Queue[T]) put(e *entry[T], again time.Time, done bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.carried--
	if !done {
		e.due = again
		q.queue(e, time.Now())
		return
	}
	q.all.Remove(e.place)
	q.done++
	if q.closed {
		q.changed.Broadcast() // it may have been the last
	}
}

// Free is how many places are left.
func (q *Queue[T]) Free() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return 0
	}
	return max(0, q.size-q.reserved-q.all.Len())
}

// Depth is how many entries are not done, and when the oldest was accepted.
func (q *Queue[T]) Depth() (n int, oldest time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if front := q.all.Front(); front != nil {
		oldest = front.Value.(*entry[T]).born
	}
	return q.all.Len(), oldest
}

// Done is how many entries were done so far.
func (q *Queue[T]) Done() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.done
}

// Drain closes the queue and returns when all entries are done or ctx ends. Then
// nothing more is begun, and what is being carried is waited for until last ends: who
// carries it can still file what came of it. Left is what was not done, oldest first.
func (q *Queue[T]) Drain(ctx, last context.Context) (left []T) {
	q.mu.Lock()
	q.closed = true
	q.changed.Broadcast()
	q.mu.Unlock()
	idle := make(chan struct{})
	go func() {
		q.workers.Wait()
		close(idle)
	}()
	select {
	case <-idle:
	case <-ctx.Done():
	}
	q.stop()
	select {
	case <-idle:
	case <-last.Done():
	}
	return q.rest()
}

// stop has the workers take no more, and tells those that carry something.
func (q *Queue[T]) stop() {
	q.mu.Lock()
	q.stopped = true
	if q.timer != nil {
		q.timer.Stop()
	}
	q.changed.Broadcast()
	q.mu.Unlock()
	q.abort()
}

func (q *Queue[T]) rest() (left []T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := q.all.Front(); e != nil; e = e.Next() {
		left = append(left, e.Value.(*entry[T]).value)
	}
	return left
}

// delayed is a heap of entries by the time they are due.
type delayed[T any] []*entry[T]

func (h delayed[T]) Len() int           { return len(h) }
func (h delayed[T]) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h delayed[T]) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *delayed[T]) Push(x any)        { *h = append(*h, x.(*entry[T])) }
func (h *delayed[T]) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}
