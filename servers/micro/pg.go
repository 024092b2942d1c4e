package main

import (
	"context"
	_ "embed"
	"errors"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/notifybench/notifybench/internal/contract"
)

// users are in the table; python-micro makes the same from the same file.
const users = 1000

//go:embed schema.sql
var schemaSQL string

// pgConfig is a pool of ten connections, as asyncpg's.
func pgConfig() (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(os.Getenv(contract.EnvDatabaseURL))
	if err != nil {
		return nil, errors.New(contract.EnvDatabaseURL + " cannot be read") // it may hold a password anywhere
	}
	config.MaxConns = 10
	config.ConnConfig.RuntimeParams["search_path"] = schema()
	return config, nil
}

func schema() string {
	if s := os.Getenv(contract.EnvSchema); s != "" {
		return s
	}
	return "notifybench_micro"
}

// openPG connects, and makes the tables where they are not there. A lock lets one process do it at a time.
func openPG(ctx context.Context) (*pgxpool.Pool, error) {
	config, err := pgConfig()
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return pool, pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(1)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, strings.ReplaceAll(schemaSQL, "{schema}", pgx.Identifier{schema()}.Sanitize()))
		return err
	})
}

// querier is a connection or a pool of them.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// readUsers reads so many users, one after the other.
func readUsers(ctx context.Context, q querier, n int) error {
	for range n {
		var id int
		var name, email, phone string
		row := q.QueryRow(ctx, `SELECT * FROM users WHERE id = $1`, rand.IntN(users))
		if err := row.Scan(&id, &name, &email, &phone); err != nil {
			return err
		}
	}
	return nil
}
