// Package batch is group commit: many goroutines submit operations, one commits
// them, as many at a time as have come together while the previous commit was under
// way. There is no timer: alone, an operation is committed at once.
//
// An operation is taken by one commit and gets its own result. One whose context
// ends before it is taken was never made; after that its outcome is not known
// (ErrDoubt), and the commit goes on without its caller.
package batch

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

var (
	// ErrClosed: the batcher was closed before the operation was taken.
	ErrClosed = errors.New("closed")
	// ErrDoubt: the caller's context ended while the operation was being committed.
	ErrDoubt = errors.New("the outcome is not known")
)

// Batcher commits operations of type T.
type Batcher[T any] struct {
	limit  int
	commit func([]T) []error
	in     chan *pending[T]
	stop   chan struct{}
	ended  chan struct{}
	once   sync.Once

	batches, writes atomic.Uint64
}

// pending is an operation and, once committed, its result.
type pending[T any] struct {
	op   T
	done chan error // holds one
}

// New starts a batcher. Commit is called from one goroutine with 1 to limit
// operations, in the order of submission; it returns one error for each (nil: all
// went well) and keeps neither slice.
func New[T any](limit int, commit func([]T) []error) *Batcher[T] {
	b := &Batcher[T]{
		limit: max(limit, 1), commit: commit,
		in: make(chan *pending[T]), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	go b.run()
	return b
}

// Do submits an operation and returns its result.
func (b *Batcher[T]) Do(ctx context.Context, op T) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &pending[T]{op: op, done: make(chan error, 1)}
	select {
	case b.in <- p:
	case <-ctx.Done():
		return ctx.Err()
	case <-b.stop:
		return ErrClosed
	}
	select {
	case err := <-p.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrDoubt, ctx.Err())
	}
}

// Counts are the commits so far and the operations in them.
func (b *Batcher[T]) Counts() (batches, writes uint64) {
	return b.batches.Load(), b.writes.Load()
}

// Close refuses what has not been taken and waits for the commit under way.
func (b *Batcher[T]) Close() {
	b.once.Do(func() { close(b.stop) })
	<-b.ended
}

// run is the one goroutine that commits.
func (b *Batcher[T]) run() {
	defer close(b.ended)
	taken := make([]*pending[T], 0, b.limit)
	ops := make([]T, 0, b.limit)
	for {
		select {
		case first := <-b.in:
			taken, ops = b.fill(append(taken[:0], first), ops[:0])
		case <-b.stop:
			return
		}
		b.batches.Add(1)
		b.writes.Add(uint64(len(ops)))
		results := b.commit(ops)
		for i, p := range taken {
			if results != nil {
				p.done <- results[i]
			} else {
				p.done <- nil
			}
		}
		// What was written is not held until the next write.
		clear(taken)
		clear(ops)
	}
}

// fill adds to the first operation what waits behind it. Callers whose previous
// operation has just been committed get the time to submit their next.
func (b *Batcher[T]) fill(taken []*pending[T], ops []T) ([]*pending[T], []T) {
	ops = append(ops, taken[0].op)
	yielded := false
	for len(taken) < b.limit {
		select {
		case p := <-b.in:
			taken, ops = append(taken, p), append(ops, p.op)
		default:
			if yielded {
				return taken, ops
			}
			yielded = true
			runtime.Gosched()
		}
	}
	return taken, ops
}
