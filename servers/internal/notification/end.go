package notification

import (
	"context"
	"errors"
	"time"
)

// closeTime is how long the store has to take what waits for it.
const closeTime = 5 * time.Second

// Left is what became of the notifications that were accepted before a shutdown.
type Left struct {
	Drained   int // finished in time
	Persisted int // in the store, for the next process
	Dropped   int // lost with this one
}

// InFlight is how many requests are being carried.
func (s *Service) InFlight() int { return int(s.inFlight.Load()) }

// Finished is how many accepted notifications were finished so far: requests and
// entries of the queue.
func (s *Service) Finished() int {
	n := int(s.finished.Load())
	if s.queued != nil {
		n += s.queued.queue.Done()
	}
	return n
}

// Busy answers a request for which a style has no room.
func (s *Service) Busy() Reply {
	s.meters.Shed("backlog")
	return Busy()
}

// Abort has everything that waits give up: there is no time any more.
func (s *Service) Abort() {
	s.caller.Stop()
	s.abort()
}

// Drain finishes what is queued for as long as ctx lasts, and says what became of the
// rest. No request may come in any more.
func (s *Service) Drain(ctx context.Context) (left Left) {
	if s.queued != nil && !s.drained.Swap(true) {
		left.Persisted, left.Dropped = s.queued.drain(ctx)
	}
	return left
}

// Report counts what became of what was accepted.
func (s *Service) Report(left Left) {
	s.meters.Shutdown("drained", left.Drained)
	s.meters.Shutdown("persisted", left.Persisted)
	s.meters.Shutdown("dropped", left.Dropped)
}

// Close stores what waits to be stored, and gives back connections and memory. No
// Notify may be running; a queue has been drained.
func (s *Service) Close() error {
	ended, cancel := context.WithCancel(s.ctx)
	cancel()
	s.Drain(ended) // of a service that has drained there is nothing left
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	err := s.rooms.close(ctx)
	s.abort()
	s.caller.Close()
	return errors.Join(err, s.lab.Close())
}
