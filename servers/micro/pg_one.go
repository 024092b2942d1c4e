package main

import (
	"context"
	"net/http"
	"sync"

	"github.com/jackc/pgx/v5"
)

// pgOne reads over one connection, which carries one request at a time: what one
// blocking connection of psycopg2 comes to, but that others can go on meanwhile.
func pgOne(m *micro) handler {
	open := sync.OnceValues(func() (*pgx.Conn, error) {
		pool, err := openPG(context.Background())
		if err != nil {
			return nil, err
		}
		conn, err := pool.Acquire(context.Background())
		if err != nil {
			return nil, err
		}
		return conn.Conn(), nil
	})
	var one sync.Mutex
	return func(r *http.Request) reply {
		one.Lock()
		defer one.Unlock()
		conn, err := open()
		if err != nil {
			return done(err)
		}
		// Not the request's context: to cancel a query closes the connection.
		return done(readUsers(context.WithoutCancel(r.Context()), conn, m.queries))
	}
}
