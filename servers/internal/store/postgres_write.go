package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgresWrite is one write: statements that are sent together with others, all in
// one transaction and one round trip. It can be sent again when that was rolled back.
type postgresWrite struct {
	// key is the idempotency key that it touches, if any. Processes that touch several
	// do so in this order, else two could wait for each other.
	key string
	// queue adds the statements. What is read of their results is not an error of the
	// transaction: it goes to outcome.
	queue func(b *pgx.Batch, outcome *error)
}

// write makes a write, together with others or by itself.
func (p *postgres) write(ctx context.Context, w *postgresWrite) error {
	if p.writes != nil {
		return p.writes.Do(ctx, w)
	}
	p.alone.Add(1)
	results, err := p.transaction(ctx, []*postgresWrite{w})
	if err != nil {
		return err
	}
	return results[0]
}

// commit is called by the committer.
func (p *postgres) commit(writes []*postgresWrite) []error {
	return commitTogether(writes, func(some []*postgresWrite) ([]error, error) {
		return p.transaction(context.Background(), some)
	})
}

// transaction makes all writes or none. PostgreSQL takes a batch without BEGIN for
// one transaction.
func (p *postgres) transaction(ctx context.Context, writes []*postgresWrite) ([]error, error) {
	ctx, cancel := context.WithTimeout(ctx, postgresTimeout)
	defer cancel()
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	results := make([]error, len(writes))
	order := make([]int, len(writes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(writes[a].key, writes[b].key) })
	var b pgx.Batch
	for _, i := range order {
		writes[i].queue(&b, &results[i])
	}
	if err := conn.SendBatch(ctx, &b).Close(); err != nil {
		return nil, postgresError(err)
	}
	return results, nil
}

// postgresError tells what is wrong with a write from what is wrong with the
// database, and whether the write may have been made.
func postgresError(err error) error {
	said, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if pgconn.SafeToRetry(err) {
			return err
		}
		return inDoubt(err)
	}
	switch said.Code[:min(2, len(said.Code))] {
	case "22", "23", "40", "54": // data, constraints, deadlocks, limits
		return &refusal{err}
	case "57": // shutting down: perhaps between commit and answer
		return inDoubt(err)
	}
	return err
}

const (
	postgresSave = `INSERT INTO notifications (id, status, body, created) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, body = excluded.body, created = excluded.created`
	// A row comes back when the key was taken. A claim that counts locks it all the
	// same, so that the statement behind it sees what this one saw.
	postgresClaim = `INSERT INTO keys AS k (key, sum, claimed, settled, status) VALUES ($1, $2, $3, false, 0)
		ON CONFLICT (key) DO UPDATE SET sum = excluded.sum, claimed = excluded.claimed, settled = false, status = 0, body = NULL
		WHERE k.claimed <= CASE WHEN k.settled THEN $5::bigint ELSE $4::bigint END
		RETURNING 1`
	postgresHeld    = `SELECT sum, settled, status, body FROM keys WHERE key = $1`
	postgresSettle  = `UPDATE keys SET settled = true, status = $1, body = $2 WHERE key = $3 AND NOT settled`
	postgresRelease = `DELETE FROM keys WHERE key = $1 AND NOT settled`
	postgresPurge   = `WITH old AS MATERIALIZED (
			SELECT key FROM keys WHERE claimed <= $1 ORDER BY claimed LIMIT $2 FOR UPDATE SKIP LOCKED)
		DELETE FROM keys USING old WHERE keys.key = old.key`
)

func queueSave(b *pgx.Batch, r Record) {
	b.Queue(postgresSave, r.ID, r.Status, r.Body, nanos(r.Created))
}

func queueSettle(b *pgx.Batch, s *Settlement) {
	if s != nil {
		b.Queue(postgresSettle, s.Status, s.Body, []byte(s.Key))
	}
}

// settledKey is the key that a settlement touches.
func settledKey(s *Settlement) string {
	if s == nil {
		return ""
	}
	return s.Key
}

func (p *postgres) Save(ctx context.Context, r Record, s *Settlement) error {
	err := p.write(ctx, &postgresWrite{key: settledKey(s), queue: func(b *pgx.Batch, _ *error) {
		queueSave(b, r)
		queueSettle(b, s)
	}})
	return judge("save notification "+r.ID, err)
}

func (p *postgres) Claim(ctx context.Context, key string, sum [32]byte, now time.Time, lease, keep time.Duration) (Claim, error) {
	var c Claim
	purge := p.claims.Add(1)%purgeEvery == 0
	err := p.write(ctx, &postgresWrite{key: key, queue: func(b *pgx.Batch, outcome *error) {
		if purge {
			b.Queue(postgresPurge, purgeBefore(now, lease, keep), purgeLimit)
		}
		queueClaim(b, []byte(key), held{sum: sum, claimed: now}, lease, keep, &c)
	}})
	if err != nil {
		// c may still be written to.
		return Claim{}, judge("claim an idempotency key", err)
	}
	return c, nil
}

func queueClaim(b *pgx.Batch, key []byte, want held, lease, keep time.Duration, c *Claim) {
	fresh := false
	b.Queue(postgresClaim, key, want.sum[:], nanos(want.claimed), nanos(want.claimed.Add(-lease)), nanos(want.claimed.Add(-keep))).
		QueryRow(func(row pgx.Row) (err error) {
			fresh, err = found(row, new(int))
			return err
		})
	b.Queue(postgresHeld, key).QueryRow(func(row pgx.Row) error {
		var h held
		var sum []byte
		if _, err := found(row, &sum, &h.settled, &h.status, &h.body); err != nil {
			return err
		}
		copy(h.sum[:], sum)
		if *c = (Claim{State: Fresh}); !fresh {
			*c = h.answer(want.sum)
		}
		return nil
	})
}

// found reads a row; false where there is none.
func found(row pgx.Row, into ...any) (bool, error) {
	err := row.Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (p *postgres) Settle(ctx context.Context, s Settlement) error {
	err := p.write(ctx, &postgresWrite{key: s.Key, queue: func(b *pgx.Batch, _ *error) { queueSettle(b, &s) }})
	return judge("settle an idempotency key", err)
}

func (p *postgres) Release(ctx context.Context, key string) error {
	err := p.write(ctx, &postgresWrite{key: key, queue: func(b *pgx.Batch, _ *error) {
		b.Queue(postgresRelease, []byte(key))
	}})
	return judge("release an idempotency key", err)
}
