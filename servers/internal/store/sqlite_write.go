package store

import (
	"context"
	"time"
)

const (
	sqliteSave = `INSERT INTO notifications (id, status, body, created) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, body = excluded.body, created = excluded.created`
	sqliteHeld  = `SELECT sum, claimed, settled, status, body FROM keys WHERE key = ?`
	sqliteClaim = `INSERT INTO keys (key, sum, claimed, settled, status) VALUES (?, ?, ?, 0, 0)
		ON CONFLICT (key) DO UPDATE SET sum = excluded.sum, claimed = excluded.claimed, settled = 0, status = 0, body = NULL`
	sqliteSettle  = `UPDATE keys SET settled = 1, status = ?, body = ? WHERE key = ? AND NOT settled`
	sqliteRelease = `DELETE FROM keys WHERE key = ? AND NOT settled`
	sqlitePurge   = `DELETE FROM keys WHERE key IN (SELECT key FROM keys WHERE claimed <= ? ORDER BY claimed LIMIT ?)`
)

func (w *sqliteWriter) save(r Record) error {
	return w.exec(sqliteSave, r.ID, r.Status, r.Body, nanos(r.Created))
}

func (w *sqliteWriter) settle(s *Settlement) error {
	if s == nil {
		return nil
	}
	return w.exec(sqliteSettle, s.Status, s.Body, []byte(s.Key))
}

// claim takes a key, or says who has it.
func (w *sqliteWriter) claim(key []byte, want held, lease, keep time.Duration) (Claim, error) {
	if w.claims++; w.claims%purgeEvery == 0 {
		if err := w.exec(sqlitePurge, purgeBefore(want.claimed, lease, keep), purgeLimit); err != nil {
			return Claim{}, err
		}
	}
	var h held
	var sum []byte
	var claimed int64
	there, err := w.row(sqliteHeld, []any{key}, &sum, &claimed, &h.settled, &h.status, &h.body)
	if err != nil {
		return Claim{}, err
	}
	copy(h.sum[:], sum)
	h.claimed = instant(claimed)
	if there && !h.over(want.claimed, lease, keep) {
		return h.answer(want.sum), nil
	}
	return Claim{State: Fresh}, w.exec(sqliteClaim, key, want.sum[:], nanos(want.claimed))
}

func (s *sqlite) Save(ctx context.Context, r Record, settled *Settlement) error {
	err := s.writes.Do(ctx, func(w *sqliteWriter) error {
		if err := w.save(r); err != nil {
			return err
		}
		return w.settle(settled)
	})
	return judge("save notification "+r.ID, err)
}

func (s *sqlite) Claim(ctx context.Context, key string, sum [32]byte, now time.Time, lease, keep time.Duration) (Claim, error) {
	var c Claim
	err := s.writes.Do(ctx, func(w *sqliteWriter) (err error) {
		c, err = w.claim([]byte(key), held{sum: sum, claimed: now}, lease, keep)
		return err
	})
	if err != nil {
		// c may still be written to.
		return Claim{}, judge("claim an idempotency key", err)
	}
	return c, nil
}

func (s *sqlite) Settle(ctx context.Context, settled Settlement) error {
	err := s.writes.Do(ctx, func(w *sqliteWriter) error { return w.settle(&settled) })
	return judge("settle an idempotency key", err)
}

func (s *sqlite) Release(ctx context.Context, key string) error {
	err := s.writes.Do(ctx, func(w *sqliteWriter) error { return w.exec(sqliteRelease, []byte(key)) })
	return judge("release an idempotency key", err)
}
