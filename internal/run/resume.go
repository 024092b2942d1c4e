package run

import (
	"context"
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// resumeLimit is how long a second life may take to send what the first one left.
const resumeLimit = 30 * time.Second

// resume starts a server once more on what it has left, so that the ledger is read
// when all that was accepted has been sent. Nothing is measured. What fails is written
// down: those notifications are still waiting. An error means that the run was stopped.
func (ps *parties) resume(ctx context.Context, out *record.Cell) error {
	began := time.Now()
	out.Server.Resumed = &record.Resumed{}
	err := ps.secondLife(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	out.Server.Resumed.Took, out.Server.Resumed.Empty = time.Since(began), err == nil
	if err != nil {
		out.Server.Resumed.Error = err.Error()
	}
	return nil
}

func (ps *parties) secondLife(ctx context.Context) error {
	ps.home.lives++
	s, err := ps.start(ctx)
	if err != nil {
		return fmt.Errorf("start the server again: %w", err)
	}
	ps.server = s // which kill ends, whatever happens
	if err := s.waitEmpty(ctx, resumeLimit); err != nil {
		return err
	}
	if exit, ended := s.proc.Stop(ps.endLimit); !ended {
		return fmt.Errorf("the server did not end in its second life (%s)", exit)
	}
	return nil
}
