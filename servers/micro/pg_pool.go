package main

import (
	"context"
	"net/http"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
)

// pgPool reads over a pool: each query takes a connection and gives it back.
func pgPool(m *micro) handler {
	return pooled(func(ctx context.Context, pool *pgxpool.Pool) error { return readUsers(ctx, pool, m.queries) })
}

// pooled is a handler with a pool that the first request opens: the harness's probe.
func pooled(do func(context.Context, *pgxpool.Pool) error) handler {
	open := sync.OnceValues(func() (*pgxpool.Pool, error) { return openPG(context.Background()) })
	return func(r *http.Request) reply {
		pool, err := open()
		if err != nil {
			return done(err)
		}
		return done(do(r.Context(), pool))
	}
}
