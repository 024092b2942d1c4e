package serve

import (
	"context"
	"fmt"
	"time"

	"github.com/notifybench/notifybench/servers/internal/notification"
)

// drain ends the server and has the service finish what was accepted; a second stop
// ends both at once. What became of it all is told in one line.
func (p *process) drain(srv Server, svc *notification.Service, stop <-chan struct{}) error {
	before := svc.Finished()
	p.health.draining()
	p.log.Info("draining")
	whole, cut := context.WithCancel(context.Background())
	defer cut()
	go func() {
		select {
		case <-stop:
			svc.Abort()
			cut()
		case <-whole.Done():
		}
	}()
	wait(whole, p.cfg.Grace)
	ctx, cancel := context.WithTimeout(whole, p.cfg.Drain)
	defer cancel()
	err := srv.Shutdown(ctx)
	left := svc.Drain(ctx)
	left.Drained = svc.Finished() - before
	left.Dropped += svc.InFlight()
	svc.Report(left)
	p.log.Info("drained", "drained", left.Drained, "persisted", left.Persisted, "dropped", left.Dropped)
	if err != nil {
		return fmt.Errorf("drain: %w", err)
	}
	return nil
}

// wait waits for a time, or until ctx ends.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
