package main

import (
	"container/list"
	"context"
	"sync"

	"github.com/notifybench/notifybench/servers/internal/notification"
)

// notifier carries one notification: (*notification.Service).Notify.
type notifier func(notification.Request) notification.Reply

// pool is workers and the backlog before them. The backlog is a list and not a
// channel, so that a request whose client has gone gives up its place at once.
type pool struct {
	notify  notifier
	busy    func() notification.Reply // when there is no room
	backlog int
	workers sync.WaitGroup

	mu      sync.Mutex
	changed sync.Cond // a job has come, or the pool has closed
	waiting list.List // of *job, oldest first
	free    int       // workers that carry nothing
	closed  bool
}

// newPool starts the workers.
func newPool(workers, backlog int, notify notifier, busy func() notification.Reply) *pool {
	p := &pool{notify: notify, busy: busy, backlog: backlog, free: workers}
	p.changed.L = &p.mu
	for range workers {
		p.workers.Go(p.work)
	}
	return p
}

// close ends the workers once the backlog is empty.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.changed.Broadcast()
	p.workers.Wait()
}

func (p *pool) work() {
	for j := p.take(); j != nil; j = p.take() {
		j.done <- p.notify(j.request)
		p.mu.Lock()
		p.free++
		p.mu.Unlock()
	}
}

// take waits for the oldest job; nil when the pool has closed.
func (p *pool) take() *job {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.waiting.Len() == 0 {
		if p.closed {
			return nil
		}
		p.changed.Wait()
	}
	j := p.waiting.Remove(p.waiting.Front()).(*job)
	j.place = nil
	p.free--
	return j
}

// do has a worker carry a request and waits for its reply. With no room in the
// backlog it refuses at once. When ctx ends while the request still waits, the
// request is dropped and answered is false.
func (p *pool) do(ctx context.Context, r notification.Request) (reply notification.Reply, answered bool) {
	j := &job{request: r, done: make(chan notification.Reply, 1)}
	if !p.add(j) {
		return p.busy(), true
	}
	select {
	case reply = <-j.done:
		return reply, true
	case <-ctx.Done():
	}
	if p.drop(j) {
		return reply, false
	}
	return <-j.done, true
}

// add puts a job into the backlog, if there is room for it or a worker free.
func (p *pool) add(j *job) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting.Len() >= p.backlog+p.free {
		return false
	}
	j.place = p.waiting.PushBack(j)
	p.changed.Signal()
	return true
}

// drop takes a job out of the backlog, unless a worker has it already.
func (p *pool) drop(j *job) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if j.place == nil {
		return false
	}
	p.waiting.Remove(j.place)
	return true
}

// job is one request.
type job struct {
	request notification.Request
	done    chan notification.Reply
	place   *list.Element // in the backlog; nil once a worker has it
}
