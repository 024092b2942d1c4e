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
	closed   context.Context // ends when there are to be no more adoptions
	close    context.CancelFunc
	closing  sync.Once

	looked looked
}

// looked is what was last seen of the depth: a scrape asks twice, and may come often.
type looked struct {
	mu     sync.Mutex
	at     time.Time
	n      int
	oldest time.Time
}

const (
	// Between two looks for jobs whose owner is gone. The store takes an owner for gone that
	// was away at two looks: this is the time it has to come back.
	adoptEvery = time.Second
	adoptMost  = 1000                   // jobs of one look
	storeAgain = 500 * time.Millisecond // between two tries to store a state
	lastCalls  = 5 * time.Second        // that calls under way have at the end of a drain
	lookAgain  = 250 * time.Millisecond // between two looks at the depth
)

func (s *Service) newBacklog() *backlog {
	b := &backlog{svc: s}
	b.closed, b.close = context.WithCancel(s.ctx)
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
// settled says that the key is not to be freed.
func (s *Service) accept(ctx context.Context, r *Request, o *order) (reply Reply, settled bool) {
	b := s.queued
	if !b.queue.Reserve() {
		s.meters.Shed("queue_full")
		return QueueFull(), false
	}
	j := newJob(s.ids.next(), r.Arrived, o)
	reply = Reply{Status: http.StatusAccepted, Body: j.answer(contract.StatusQueued)}
	reply.Location = contract.PathNotifications + j.ID
	if b.outbox != nil {
		if err := b.secure(ctx, j, &reply, settlement(r.Key, &reply)); err != nil {
			b.queue.Cancel()
			// It may have been written all the same, and then it will be sent: the key has
			// to wait for its lease.
			return *s.unavailable("store the notification", err), true
		}
	}
	b.active.Store(j.ID, j)
	b.queue.Fill(j, r.Arrived, r.Arrived, time.Now())
	if b.outbox == nil && r.Key != "" {
		s.settle(ctx, settlement(r.Key, &reply))
	}
	return reply, true
}

// secure writes an accepted notification down.
func (b *backlog) secure(ctx context.Context, j *job, reply *Reply, settled *store.Settlement) error {
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
		b.svc.warn("cannot store what became of a notification; it is tried again", "id", j.ID, "error", err)
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
		b.bury(j, dead)
	}
	return err
}

// bury counts and logs what was given up.
func (b *backlog) bury(j *job, dead []store.Dead) {
	for _, d := range dead {
		b.svc.meters.Dead(d.Channel)
		b.svc.warn("a queued notification is given up", "id", j.ID, "channel", d.Channel, "reason", d.Reason)
	}
}

// adopt takes over, from time to time, what processes that are gone have left, as
// long as there is room for it.
func (b *backlog) adopt() {
	tick := time.NewTicker(adoptEvery)
	defer tick.Stop()
	for {
		b.adoptSome()
		select {
		case <-tick.C:
		case <-b.closed.Done():
			return
		}
	}
}

func (b *backlog) adoptSome() {
	// Half of what is free, so that newcomers find room meanwhile.
	places, most := 0, min(adoptMost, (b.queue.Free()+1)/2)
	for places < most && b.queue.Reserve() {
		places++
	}
	ctx, cancel := context.WithTimeout(b.closed, keepTime)
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
	if b.outbox == nil {
		return b.queue.Depth()
	}
	b.looked.mu.Lock()
	defer b.looked.mu.Unlock()
	if now := time.Now(); now.Sub(b.looked.at) > lookAgain {
		b.looked.n, b.looked.oldest = b.ask()
		b.looked.at = now
	}
	return b.looked.n, b.looked.oldest
}

func (b *backlog) ask() (n int, oldest time.Time) {
	ctx, cancel := context.WithTimeout(b.svc.ctx, keepTime)
	defer cancel()
	n, oldest, err := b.outbox.Depth(ctx)
	if err != nil {
		return b.queue.Depth()
	}
	return n, oldest
}

// drain works the queue off for as long as ctx lasts; then calls under way have lastCalls
// to end, lest they be made again by who adopts them. persisted is what stays in the
// outbox for others, dropped what is lost with this process.
func (b *backlog) drain(ctx context.Context) (persisted, dropped int) {
	b.closing.Do(b.close)
	b.adopting.Wait()
	last, end := context.WithCancel(b.svc.ctx)
	defer end()
	over := context.AfterFunc(ctx, func() {
		b.svc.caller.Stop() // what waits to be called is not called any more
		time.AfterFunc(min(lastCalls, b.svc.cfg.Calls.CallTimeout), end)
	})
	defer over()
	left := b.queue.Drain(ctx, last)
	if b.outbox == nil {
		return 0, len(left)
	}
	final, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	if err := b.outbox.Abandon(final); err != nil {
		b.svc.log.Warn("cannot give up what is left; it is adopted when this process has gone", "error", err)
	}
	return len(left), 0
}
