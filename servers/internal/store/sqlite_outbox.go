package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

const (
	sqliteAccept   = `INSERT INTO jobs (id, owner, payload, created, due) VALUES (?, ?, ?, ?, ?)`
	sqliteProgress = `UPDATE jobs SET payload = ?, due = ? WHERE id = ? AND owner = ?`
	sqliteFinish   = `DELETE FROM jobs WHERE id = ? AND owner = ?`
	sqliteBury     = `INSERT INTO dead_letters (id, channel, reason, payload, at) VALUES (?, ?, ?, ?, ?)`
	sqliteAbandon  = `UPDATE jobs SET owner = 0 WHERE owner = ?`
	// Each owner costs a step in the index, however many jobs it has.
	sqliteOwners = `WITH RECURSIVE o (owner) AS (
			SELECT min(owner) FROM jobs
			UNION ALL SELECT (SELECT min(owner) FROM jobs WHERE owner > o.owner) FROM o WHERE o.owner IS NOT NULL)
		SELECT owner FROM o WHERE owner IS NOT NULL`
	sqliteAdopt = `UPDATE jobs SET owner = ? WHERE id IN (
			SELECT id FROM jobs WHERE owner IN (SELECT value FROM json_each(?)) ORDER BY created, id LIMIT ?)
		RETURNING id, payload, created, due`
	sqliteDoubted = `SELECT id, payload, created, due FROM jobs
		WHERE owner = ? AND id IN (SELECT value FROM json_each(?))`
	sqliteDepth       = `SELECT count(*), coalesce(min(created), 0) FROM jobs`
	sqliteDeadLetters = `SELECT id, channel, reason, payload, at FROM dead_letters ORDER BY seq DESC LIMIT ?`
)

func (s *sqlite) Accept(ctx context.Context, r Record, j Job, settled *Settlement) error {
	err := s.writes.Do(ctx, func(w *sqliteWriter) error {
		if err := w.exec(sqliteAccept, j.ID, s.owners.me, j.Payload, nanos(j.Created), nanos(j.Due)); err != nil {
			return err
		}
		if err := w.save(r); err != nil {
			return err
		}
		return w.settle(settled)
	})
	s.doubts.note(err, j.ID)
	return judge("accept notification "+j.ID, err)
}

func (s *sqlite) Progress(ctx context.Context, r Record, j Job) error {
	err := s.writes.Do(ctx, func(w *sqliteWriter) error {
		n, err := w.change(sqliteProgress, j.Payload, nanos(j.Due), j.ID, s.owners.me)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotOwner
		}
		return w.save(r)
	})
	return judge("keep notification "+j.ID+" for later", err)
}

func (s *sqlite) Finish(ctx context.Context, r Record, dead []Dead) error {
	err := s.writes.Do(ctx, func(w *sqliteWriter) error {
		n, err := w.change(sqliteFinish, r.ID, s.owners.me)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotOwner
		}
		for _, d := range dead {
			if err := w.exec(sqliteBury, d.ID, d.Channel, d.Reason, d.Payload, nanos(d.At)); err != nil {
				return err
			}
		}
		return w.save(r)
	})
	return judge("finish notification "+r.ID, err)
}

// Adopt writes only when there is something to take over.
func (s *sqlite) Adopt(ctx context.Context, limit int) ([]Job, error) {
	const what = "adopt jobs"
	gone, err := s.goneOwners(ctx)
	if err != nil {
		return nil, unavailable(what, err)
	}
	doubted := s.doubts.some(limit)
	if len(gone) == 0 && len(doubted) == 0 || limit <= 0 {
		return nil, nil
	}
	var own, taken []Job
	// The context does not end it, as nobody else would take jobs that are ours.
	err = s.writes.Do(context.WithoutCancel(ctx), func(w *sqliteWriter) (err error) {
		if own, err = w.jobs(sqliteDoubted, s.owners.me, list(doubted)); err != nil {
			return err
		}
		taken, err = w.jobs(sqliteAdopt, s.owners.me, list(gone), limit-len(own))
		return err
	})
	if err != nil {
		s.doubts.note(err, ids(taken)...)
		return nil, judge(what, err)
	}
	s.doubts.looked(doubted, own)
	return oldestFirst(append(own, taken...)), nil
}

// goneOwners are the owners of jobs that are gone; 0 is nobody.
func (s *sqlite) goneOwners(ctx context.Context) ([]int64, error) {
	rows, err := s.owned.QueryContext(ctx)
	if err != nil {
		return nil, err
	}
	owners, err := collect(rows, func(owner *int64) []any { return []any{owner} })
	if err != nil {
		return nil, err
	}
	var gone []int64
	for _, owner := range owners {
		is, err := s.owners.gone(owner)
		if err != nil {
			return nil, err
		}
		if is || owner == 0 {
			gone = append(gone, owner)
		}
	}
	return gone, nil
}

func (s *sqlite) Abandon(ctx context.Context) error {
	err := s.writes.Do(ctx, func(w *sqliteWriter) error { return w.exec(sqliteAbandon, s.owners.me) })
	return judge("give up the jobs of this process", err)
}

func (s *sqlite) Depth(ctx context.Context) (jobs int, oldest time.Time, err error) {
	var created int64
	if err := s.depth.QueryRowContext(ctx).Scan(&jobs, &created); err != nil {
		return 0, time.Time{}, unavailable("count jobs", err)
	}
	return jobs, instant(created), nil
}

func (s *sqlite) DeadLetters(ctx context.Context, limit int) ([]Dead, error) {
	const what = "read dead letters"
	rows, err := s.dead.QueryContext(ctx, max(limit, 0))
	if err != nil {
		return nil, unavailable(what, err)
	}
	dead, err := collect(rows, func(d *Dead) []any {
		return []any{&d.ID, &d.Channel, &d.Reason, &d.Payload, timeColumn{&d.At}}
	})
	if err != nil {
		return nil, unavailable(what, err)
	}
	return dead, nil
}

// jobs runs a statement that returns jobs.
func (w *sqliteWriter) jobs(text string, args ...any) ([]Job, error) {
	s, err := w.stmt(text)
	if err != nil {
		return nil, err
	}
	rows, err := s.Query(args...)
	if err != nil {
		return nil, sqliteError(err)
	}
	jobs, err := collect(rows, (*Job).columns)
	if err != nil {
		return nil, sqliteError(err)
	}
	return jobs, nil
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, columns func(*T) []any) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		var one T
		if err := rows.Scan(columns(&one)...); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// list is a list as json_each takes it.
func list[T string | int64](values []T) string {
	text, err := json.Marshal(values)
	if err != nil {
		panic(err) // texts and numbers always can
	}
	return string(text)
}
