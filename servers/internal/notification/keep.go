package notification

import (
	"context"
	"time"

	"github.com/notifybench/notifybench/servers/internal/queue"
	"github.com/notifybench/notifybench/servers/internal/store"
)

const (
	keepTime  = 2 * time.Second        // that an answer waits for its result to be stored
	lateRoom  = 10_000                 // results that may wait for the store to come back
	lateAgain = 250 * time.Millisecond // between two tries of one
)

// lateResult is a result that could not be stored when it came.
type lateResult struct {
	record store.Record
	key    *store.Settlement
}

// keep stores what became of a notification, and settles its key. It has been sent:
// where the store is gone the answer says so all the same, for an error would have
// the client send it again. The result is stored when the store is back.
func (s *Service) keep(record store.Record, settled *store.Settlement) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), keepTime) // also when all has to end
	defer cancel()
	if s.store == nil {
		if settled != nil {
			s.settle(ctx, settled)
		}
		return
	}
	r := lateResult{record, settled}
	err := s.store.Save(ctx, r.record, r.key)
	if err == nil {
		return
	}
	s.warn("cannot store a result; it is stored later", "id", record.ID, "error", err)
	if !s.late.Reserve() {
		s.meters.Unstored()
		s.log.Error("a result is not stored: too many wait", "id", record.ID)
		return
	}
	now := time.Now()
	s.late.Fill(r, now, now.Add(lateAgain), now)
}

func (s *Service) settle(ctx context.Context, settled *store.Settlement) {
	if err := s.keys.Settle(ctx, *settled); err != nil {
		s.warn("cannot settle an idempotency key", "error", err)
	}
}

// storeLate tries again and again.
func storeLate(to store.Store) queue.Carry[lateResult] {
	return func(ctx context.Context, r lateResult) (again time.Time, done bool) {
		ctx, cancel := context.WithTimeout(ctx, keepTime)
		defer cancel()
		if err := to.Save(ctx, r.record, r.key); err != nil {
			return time.Now().Add(lateAgain), false
		}
		return time.Time{}, true
	}
}
