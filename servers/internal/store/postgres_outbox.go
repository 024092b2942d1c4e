package store

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	postgresAccept = `INSERT INTO jobs (id, owner, payload, created, due) VALUES ($1, $2, $3, $4, $5)`
	// Nothing of these is done unless the job is ours: then a row comes back.
	postgresProgress = `WITH mine AS (UPDATE jobs SET payload = $3, due = $4 WHERE id = $1 AND owner = $2 RETURNING id)
		INSERT INTO notifications (id, status, body, created) SELECT $5::text, $6::text, $7::bytea, $8::bigint FROM mine
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, body = excluded.body, created = excluded.created
		RETURNING 1`
	postgresFinish = `WITH mine AS (DELETE FROM jobs WHERE id = $1 AND owner = $2 RETURNING id),
		buried AS (INSERT INTO dead_letters (id, channel, reason, payload, at)
			SELECT d.id, d.channel, d.reason, d.payload, d.at
			FROM mine, unnest($3::text[], $4::text[], $5::text[], $6::bytea[], $7::bigint[])
				WITH ORDINALITY AS d (id, channel, reason, payload, at, n) ORDER BY d.n)
		INSERT INTO notifications (id, status, body, created) SELECT mine.id, $8::text, $9::bytea, $10::bigint FROM mine
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, body = excluded.body, created = excluded.created
		RETURNING 1`
	postgresAbandon = `UPDATE jobs SET owner = 0 WHERE owner = $1`
	// Each owner costs a step in the index, however many jobs it has.
	postgresOwners = `WITH RECURSIVE o (owner) AS (
			SELECT min(owner) FROM jobs
			UNION ALL SELECT (SELECT min(owner) FROM jobs WHERE jobs.owner > o.owner) FROM o WHERE o.owner IS NOT NULL)
		SELECT owner FROM o WHERE owner IS NOT NULL`
	// MATERIALIZED, because a sub-query with a limit may be run several times.
	postgresAdopt = `WITH free AS MATERIALIZED (
			SELECT id FROM jobs WHERE owner = ANY($2::bigint[]) ORDER BY created, id LIMIT $3 FOR UPDATE SKIP LOCKED)
		UPDATE jobs SET owner = $1 FROM free WHERE jobs.id = free.id
		RETURNING jobs.id, jobs.payload, jobs.created, jobs.due`
	postgresDoubted     = `SELECT id, payload, created, due FROM jobs WHERE owner = $1 AND id = ANY($2::text[])`
	postgresDepth       = `SELECT count(*), coalesce(min(created), 0) FROM jobs`
	postgresDeadLetters = `SELECT id, channel, reason, payload, at FROM dead_letters ORDER BY seq DESC LIMIT $1`
)

func (p *postgres) Accept(ctx context.Context, r Record, j Job, s *Settlement) error {
	err := p.write(ctx, &postgresWrite{key: settledKey(s), queue: func(b *pgx.Batch, _ *error) {
		b.Queue(postgresAccept, j.ID, p.owner.me, j.Payload, nanos(j.Created), nanos(j.Due))
		queueSave(b, r)
		queueSettle(b, s)
	}})
	p.doubts.note(err, j.ID)
	return judge("accept notification "+j.ID, err)
}

func (p *postgres) Progress(ctx context.Context, r Record, j Job) error {
	err := p.write(ctx, &postgresWrite{queue: func(b *pgx.Batch, outcome *error) {
		b.Queue(postgresProgress, j.ID, p.owner.me, j.Payload, nanos(j.Due), r.ID, r.Status, r.Body, nanos(r.Created)).
			QueryRow(ownedOr(outcome))
	}})
	return judge("keep notification "+j.ID+" for later", err)
}

func (p *postgres) Finish(ctx context.Context, r Record, dead []Dead) error {
	var ids, channels, reasons []string
	var payloads [][]byte
	var times []int64
	for _, d := range dead {
		ids, channels, reasons = append(ids, d.ID), append(channels, d.Channel), append(reasons, cleanText(d.Reason))
		payloads, times = append(payloads, d.Payload), append(times, nanos(d.At))
	}
	err := p.write(ctx, &postgresWrite{queue: func(b *pgx.Batch, outcome *error) {
		b.Queue(postgresFinish, r.ID, p.owner.me, ids, channels, reasons, payloads, times, r.Status, r.Body, nanos(r.Created)).
			QueryRow(ownedOr(outcome))
	}})
	return judge("finish notification "+r.ID, err)
}

// ownedOr reads the row that tells that a job was ours.
func ownedOr(outcome *error) func(pgx.Row) error {
	return func(row pgx.Row) error {
		ours, err := found(row, new(int))
		if err == nil && !ours {
			*outcome = ErrNotOwner
		}
		return err
	}
}

// cleanText is a text that PostgreSQL takes: it may quote what a provider has said.
func cleanText(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Adopt takes jobs of owners whose lock was free at this call and at the one before,
// so that an owner whose connection broke has had the time to take it again.
func (p *postgres) Adopt(ctx context.Context, limit int) ([]Job, error) {
	const what = "adopt jobs"
	if limit <= 0 {
		return nil, nil
	}
	p.adopting.Lock()
	defer p.adopting.Unlock()
	owners, err := p.otherOwners(ctx)
	if err != nil {
		return nil, unavailable(what, err)
	}
	doubted := p.doubts.some(limit)
	if len(owners) == 0 && len(doubted) == 0 {
		clear(p.suspects)
		return nil, nil
	}
	tx, err := p.pool.Begin(ctx)
	if err != nil {
		return nil, unavailable(what, err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	free, gone, err := p.goneOwners(ctx, tx, owners)
	if err != nil {
		return nil, unavailable(what, err)
	}
	own, err := postgresJobs(ctx, tx, postgresDoubted, p.owner.me, doubted)
	if err != nil {
		return nil, unavailable(what, err)
	}
	taken, err := postgresJobs(ctx, tx, postgresAdopt, p.owner.me, gone, limit-len(own))
	if err != nil {
		return nil, unavailable(what, err)
	}
	if err := tx.Commit(ctx); err != nil {
		err = postgresError(err)
		p.doubts.note(err, ids(taken)...)
		return nil, unavailable(what, err)
	}
	p.suspects = free
	p.doubts.looked(doubted, own)
	return oldestFirst(append(own, taken...)), nil
}

// otherOwners are the owners of jobs but this process; 0 is nobody.
func (p *postgres) otherOwners(ctx context.Context) (others []int64, err error) {
	rows, err := p.pool.Query(ctx, postgresOwners)
	if err != nil {
		return nil, err
	}
	owners, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	for _, owner := range owners {
		if owner != p.owner.me {
			others = append(others, owner)
		}
	}
	return others, err
}

// goneOwners tries the locks of owners, and keeps those that are free until the
// transaction ends: an owner that comes back waits for that.
func (p *postgres) goneOwners(ctx context.Context, tx pgx.Tx, owners []int64) (free map[int64]bool, gone []int64, err error) {
	free = make(map[int64]bool)
	for _, owner := range owners {
		if owner == 0 {
			gone = append(gone, owner)
			continue
		}
		var is bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, owner).Scan(&is); err != nil {
			return nil, nil, err
		}
		if !is {
			continue
		}
		free[owner] = true
		if p.suspects[owner] {
			gone = append(gone, owner)
		}
	}
	return free, gone, nil
}

func postgresJobs(ctx context.Context, tx pgx.Tx, text string, args ...any) ([]Job, error) {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (j Job, err error) {
		return j, row.Scan(j.columns()...)
	})
}

func (p *postgres) Abandon(ctx context.Context) error {
	err := p.write(ctx, &postgresWrite{queue: func(b *pgx.Batch, _ *error) { b.Queue(postgresAbandon, p.owner.me) }})
	return judge("give up the jobs of this process", err)
}

func (p *postgres) Depth(ctx context.Context) (jobs int, oldest time.Time, err error) {
	if err := p.pool.QueryRow(ctx, postgresDepth).Scan(&jobs, timeColumn{&oldest}); err != nil {
		return 0, time.Time{}, unavailable("count jobs", err)
	}
	return jobs, oldest, nil
}

func (p *postgres) DeadLetters(ctx context.Context, limit int) ([]Dead, error) {
	const what = "read dead letters"
	rows, err := p.pool.Query(ctx, postgresDeadLetters, max(limit, 0))
	if err != nil {
		return nil, unavailable(what, err)
	}
	dead, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Dead, err error) {
		return d, row.Scan(&d.ID, &d.Channel, &d.Reason, &d.Payload, timeColumn{&d.At})
	})
	if err != nil {
		return nil, unavailable(what, err)
	}
	return dead, nil
}
