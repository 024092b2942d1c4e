package store

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/notifybench/notifybench/internal/contract"
)

const (
	// postgresConnect bounds the making of a connection, unless the URL says otherwise.
	postgresConnect = 5 * time.Second
	// postgresKeepAlive is how long a connection may be silent before it is probed.
	postgresKeepAlive = 10 * time.Second
)

// postgresConfig reads the URL. What is wrong with it is not repeated: a URL that
// cannot be read may hold its password anywhere.
func postgresConfig(o Options) (*pgxpool.Config, error) {
	if o.URL == "" {
		return nil, errors.New("no database is given: set " + contract.EnvDatabaseURL)
	}
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, errors.New(contract.EnvDatabaseURL + " cannot be read: write postgres://user:password@host:port/database")
	}
	config.MaxConns = int32(min(o.Pool, 10_000))
	c := config.ConnConfig
	if c.ConnectTimeout == 0 || !strings.Contains(o.URL, "connect_timeout") {
		c.ConnectTimeout = postgresConnect
	}
	c.DialFunc = (&net.Dialer{KeepAlive: postgresKeepAlive}).DialContext
	c.RuntimeParams["search_path"] = pgx.Identifier{o.Schema}.Sanitize()
	c.RuntimeParams["statement_timeout"] = strconv.FormatInt(postgresTimeout.Milliseconds(), 10)
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "notifybench"
	}
	return config, nil
}

// connectError says in one line why there is no connection, and never the password.
func connectError(c *pgx.ConnConfig, err error) error {
	var lines []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	text := strings.Join(lines, " ")
	if c.Password != "" {
		text = strings.ReplaceAll(text, c.Password, "***")
	}
	return &connecting{text: "connect to " + contract.EnvDatabaseURL + ": " + text, err: err}
}

// connecting words an error anew and keeps what it was.
type connecting struct {
	text string
	err  error
}

func (c *connecting) Error() string { return c.text }
func (c *connecting) Unwrap() error { return c.err }

// migratePostgres brings the schema up to date in one transaction. A lock lets one
// process do it at a time.
func migratePostgres(ctx context.Context, config *pgx.ConnConfig, schema string) error {
	steps, err := migrations("postgres")
	if err != nil {
		return err
	}
	config = config.Copy()
	delete(config.RuntimeParams, "statement_timeout") // another may be at it for longer
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return connectError(config, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, migrationLock(schema)); err != nil {
			return err
		}
		version, err := postgresVersion(ctx, tx, schema)
		if err != nil {
			return err
		}
		if steps, err = pending(steps, version); err != nil {
			return err
		}
		for _, step := range steps {
			// Without arguments, a text may be several statements.
			if _, err := tx.Exec(ctx, step.sql); err != nil {
				return fmt.Errorf("to version %d (%s): %w", step.version, step.name, err)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO migrations VALUES ($1, $2)`, step.version, step.name); err != nil {
				return fmt.Errorf("to version %d (%s): %w", step.version, step.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("migrate schema %s: %w", schema, err)
	}
	return nil
}

// migrationLock is the number of a schema's lock.
func migrationLock(schema string) int64 {
	h := fnv.New64a()
	h.Write([]byte("notifybench migrates " + schema))
	return int64(h.Sum64())
}

// postgresVersion reads the version of a schema, which it makes when there is none:
// asking first spares a user who may not create any.
func postgresVersion(ctx context.Context, tx pgx.Tx, schema string) (version int, err error) {
	var there bool
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)`, schema).Scan(&there)
	if err != nil {
		return 0, err
	}
	if !there {
		if _, err := tx.Exec(ctx, `CREATE SCHEMA `+pgx.Identifier{schema}.Sanitize()); err != nil {
			return 0, err
		}
	}
	const table = `CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY, name text NOT NULL)`
	if _, err := tx.Exec(ctx, table); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM migrations`).Scan(&version)
	return version, err
}
