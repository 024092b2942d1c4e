package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/store/internal/batch"
)

// postgres keeps everything in one schema of a PostgreSQL database: choose it where
// processes on several machines share the work. With Options.Batch 1 every write has
// a transaction and a connection of its own; with more, one connection writes.
type postgres struct {
	pool   *pgxpool.Pool
	writes *batch.Batcher[*postgresWrite] // nil: each write by itself
	alone  atomic.Uint64                  // writes made by themselves
	claims atomic.Uint64
	owner  *sessionLock
	doubts doubts

	adopting sync.Mutex
	suspects map[int64]bool // owners that were gone when Adopt was last called
}

var (
	_ Store  = (*postgres)(nil)
	_ Outbox = (*postgres)(nil)
)

// postgresTimeout bounds a transaction, on both sides.
const postgresTimeout = 5 * time.Second

func openPostgres(ctx context.Context, o Options) (Store, error) {
	config, err := postgresConfig(o)
	if err != nil {
		return nil, err
	}
	if err := migratePostgres(ctx, config.ConnConfig, o.Schema); err != nil {
		return nil, err
	}
	p := &postgres{suspects: make(map[int64]bool)}
	if p.owner, err = lockSession(ctx, config.ConnConfig, o.Log); err != nil {
		return nil, err
	}
	if p.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		p.owner.close()
		return nil, connectError(config.ConnConfig, err)
	}
	if o.Batch > 1 {
		p.writes = batch.New(o.Batch, p.commit)
	}
	return p, nil
}

func (p *postgres) Stats() Stats {
	pool := p.pool.Stat()
	alone := p.alone.Load()
	stats := Stats{
		Waits: uint64(pool.EmptyAcquireCount()), Waited: pool.EmptyAcquireWaitTime(),
		InUse: int(pool.AcquiredConns()), Batches: alone, Writes: alone,
	}
	if p.writes != nil {
		stats.Batches, stats.Writes = p.writes.Counts()
	}
	return stats
}

func (p *postgres) Close() error {
	if p.writes != nil {
		p.writes.Close()
	}
	p.pool.Close()
	p.owner.close()
	return nil
}

const postgresUser = `
SELECT u.name, u.email, u.phone, u.device_token,
       ARRAY(SELECT p.channel FROM preferences p WHERE p.user_id = u.id AND p.opted_out)
FROM users u WHERE u.id = $1`

func (p *postgres) User(ctx context.Context, id int64) (contract.User, error) {
	u := contract.User{ID: id}
	var out []string
	err := p.pool.QueryRow(ctx, postgresUser, id).Scan(&u.Name, &u.Email, &u.Phone, &u.DeviceToken, &out)
	if err != nil {
		return contract.User{}, postgresRead(fmt.Sprintf("look user %d up", id), err)
	}
	u.OptedOut = inCallingOrder(out)
	return u, nil
}

const postgresLoad = `SELECT status, body, created FROM notifications WHERE id = $1`

func (p *postgres) Load(ctx context.Context, id string) (Record, error) {
	r, what := Record{ID: id}, "load notification "+id
	// PostgreSQL would call this an error, and it cannot be there.
	if !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		return Record{}, postgresRead(what, pgx.ErrNoRows)
	}
	err := p.pool.QueryRow(ctx, postgresLoad, id).Scan(&r.Status, &r.Body, timeColumn{&r.Created})
	if err != nil {
		return Record{}, postgresRead(what, err)
	}
	return r, nil
}

func postgresRead(what string, err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return unavailable(what, err)
}
