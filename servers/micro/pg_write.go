package main

import (
	"context"
	"math/rand/v2"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/notifybench/notifybench/internal/contract"
)

const insertDelivery = `INSERT INTO deliveries (user_id, channel, status) VALUES ($1, $2, $3)`

// pgSingle writes one statement after the other, each a transaction of its own.
func pgSingle(m *micro) handler {
	return pooled(func(ctx context.Context, pool *pgxpool.Pool) error {
		for range m.queries {
			if _, err := pool.Exec(ctx, insertDelivery, rand.IntN(users), contract.Email, contract.StatusSent); err != nil {
				return err
			}
		}
		return nil
	})
}

// pgBatch writes them in one round trip and one transaction, as asyncpg's executemany.
func pgBatch(m *micro) handler {
	return pooled(func(ctx context.Context, pool *pgxpool.Pool) error {
		var batch pgx.Batch
		for range m.queries {
			batch.Queue(insertDelivery, rand.IntN(users), contract.Email, contract.StatusSent)
		}
		return pool.SendBatch(ctx, &batch).Close()
	})
}
