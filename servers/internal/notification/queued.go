package notification

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/queue"
	"github.com/notifybench/notifybench/servers/internal/store"
)

// backlog is queued mode: notifications that were accepted with 202 and are not done.
//
// Each has a place in the queue of this process, from which workers take it. With
// queue "durable" it is in the outbox of the store as well, from before its 202 until
// it is done: a process that dies leaves it there, and another one, or the same when
// it is back, adopts it. That is at least once: a call that was under way at that
// moment is made again.
type backlog struct {
	svc    *Service
	outbox store.Outbox // nil: in memory alone
	queue  *queue.Queue[*job]
	active sync.Map // id to *job: everything not done

	adopting sync.WaitGroup
	closing  chan struct{} // no more adoptions
	close    sync.Once
}

const (
	adoptEvery = time.Second            // between two looks for jobs whose owner is gone
	adoptMost  = 100                    // jobs of one look
	storeAgain = 500 * time.Millisecond // between two tries to store a state
)

func (s *Service) newBacklog() *backlog {
	b := &backlog{svc: s, closing: make(chan struct{})}
	if s.cfg.Queue == contract.QueueDurable {
		b.outbox = s.store.(store.Outbox) // Config has seen to it
	}
	b.queue = queue.New(s.cfg.QueueSize, s.cfg.QueueWorkers, b.work)
	if b.outbox != nil && s.cfg.QueueWorkers > 0 {
		b.adopting.Go(b.adopt)
	}
	return b
}

// accept answers 202 once the notification is safe, as safe as the queue makes it.
func (s *Service) accept(ctx context.Context, r *Request, o *order) Reply {
	b := s.queued
	if !b.queue.Reserve() {
		s.meters.Shed("queue_full")
		return QueueFull()
	}
	j := newJob(s.ids.next(), r.Arrived, o)
	reply := Reply{Status: http.StatusAccepted, Body: j.answer(contract.StatusQueued)}
	reply.Location = contract.PathNotifications + j.ID
	if err := b.secure(ctx, j, &reply, settlement(r.Key, &reply)); err != nil {
		b.queue.Cancel()
		return *s.unavailable("store the notification", err)
	}
	b.active.Store(j.ID, j)
	b.queue.Fill(j, r.Arrived, r.Arrived, time.Now())
	return reply
}

// secure writes an accepted notification down. In memory the job itself is what
// there is to know of it until it is done.
func (b *backlog) secure(ctx context.Context, j *job, reply *Reply, settled *store.Settlement) error {
	if b.outbox == nil {
		if settled == nil {
			return nil
		}
		return b.svc.keys.Settle(ctx, *settled)
	}
	job, err := j.stored(j.Created)
	if err != nil {
		return err
	}
	return b.outbox.Accept(ctx, j.record(contract.StatusQueued, reply.Body), job, settled)
}

// look is the state of a notification of this process; nil where it is not ours, or
// done.
func (b *backlog) look(id string) []byte {
	j, ours := b.active.Load(id)
	if !ours {
		return nil
	}
	return j.(*job).answer("")
}

// work makes the calls of a job that are due, and stores what became of them.
func (b *backlog) work(ctx context.Context, j *job) (again time.Time, done bool) {
	b.try(j, time.Now())
	again, open := j.next()
	err := b.save(ctx, j, again, open)
	switch {
	case errors.Is(err, store.ErrNotOwner): // somebody thought us dead, and carries it now
		b.active.Delete(j.ID)
		return time.Time{}, true
	case err != nil && !open:
		b.svc.log.Warn("cannot store what became of a notification; it is tried again", "id", j.ID, "error", err)
		return time.Now().Add(storeAgain), false
	case err != nil: // the attempts so far are known here, and will be stored with the next
		return again, false
	case open:
		return again, false
	}
	b.active.Delete(j.ID)
	return time.Time{}, true
}

// try makes the calls of a job that are due, if it is not too late. A panic ends the
// job and not the process.
func (b *backlog) try(j *job, now time.Time) {
	defer func() {
		if v := recover(); v != nil {
			b.svc.log.Error("panic while sending a queued notification", "id", j.ID, "panic", v, "stack", string(debug.Stack()))
			j.giveUp(contract.StatusFailed, "internal error")
		}
	}()
	if now.Sub(j.Created) > b.svc.cfg.Expiry {
		j.giveUp(contract.StatusExpired, "queued for too long")
		return
	}
	j.attempt(b.svc, now)
}

// save stores the state of a job: open, or done.
func (b *backlog) save(ctx context.Context, j *job, again time.Time, open bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	record := j.record(j.status(), j.answer(""))
	switch {
	case open && b.outbox == nil:
		return nil
	case open:
		stored, err := j.stored(again)
		if err != nil {
			return err
		}
		return b.outbox.Progress(ctx, record, stored)
	}
	dead := j.dead(time.Now())
	var err error
	if b.outbox == nil {
		err = b.svc.store.Save(ctx, record, nil)
	} else {
		err = b.outbox.Finish(ctx, record, dead)
	}
	if err == nil {
		for _, d := range dead {
			b.svc.meters.Dead(d.Channel)
		}
	}
	return err
}

// adopt takes over, from time to time, what processes that are gone have left, as
// long as there is room for it.
func (b *backlog) adopt() {
	tick := time.NewTicker(adoptEvery)
	defer tick.Stop()
	for {
		for b.adoptSome() { // a full hand: there may be more
			if b.svc.ctx.Err() != nil {
				return
			}
		}
		select {
		case <-tick.C:
		case <-b.closing:
			return
		}
	}
}

// adoptSome takes as many over as one look may, and says whether it was so many.
func (b *backlog) adoptSome() (full bool) {
	places := 0
	for places < min(adoptMost, b.queue.Free()+places) && b.queue.Reserve() {
		places++
	}
	ctx, cancel := context.WithTimeout(b.svc.ctx, keepTime)
	defer cancel()
	jobs, err := b.outbox.Adopt(ctx, places)
	if err != nil {
		b.svc.log.Warn("cannot look for abandoned notifications", "error", err)
	}
	for range places - len(jobs) {
		b.queue.Cancel()
	}
	for _, stored := range jobs {
		b.take(stored)
	}
	if len(jobs) > 0 {
		b.svc.log.Info("adopted notifications that others have left", "count", len(jobs))
	}
	return len(jobs) == adoptMost
}

// take puts an adopted job into its reserved place.
func (b *backlog) take(stored store.Job) {
	j, err := readJob(stored)
	if err != nil { // a poison notification: written down, and out of the way
		b.svc.log.Error("a stored notification cannot be read", "id", stored.ID, "error", err)
		j = poisoned(stored)
	}
	b.active.Store(j.ID, j)
	b.queue.Fill(j, j.Created, stored.Due, time.Now())
}

// depth is how many notifications are accepted and not done, and when the oldest was
// accepted: with an outbox those of all processes, as far as it can be asked.
func (b *backlog) depth() (n int, oldest time.Time) {
	if b.outbox != nil {
		ctx, cancel := context.WithTimeout(b.svc.ctx, keepTime)
		defer cancel()
		if n, oldest, err := b.outbox.Depth(ctx); err == nil {
			return n, oldest
		}
	}
	return b.queue.Depth()
}

// drain works the queue off for as long as ctx lasts; persisted is what stays in the
// outbox for others, dropped what is lost with this process.
func (b *backlog) drain(ctx context.Context) (persisted, dropped int) {
	b.close.Do(func() { close(b.closing) })
	b.adopting.Wait()
	left := b.queue.Drain(ctx)
	if b.outbox == nil {
		return 0, len(left)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	if err := b.outbox.Abandon(last); err != nil {
		b.svc.log.Warn("cannot give up what is left; it is adopted when this process has gone", "error", err)
	}
	return len(left), 0
}
