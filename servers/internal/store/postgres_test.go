package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/notifybench/notifybench/internal/contract"
)

// postgresSchema is a schema of its own in the database of DATABASE_URL, for one test.
func postgresSchema(t testing.TB) (at, schema string) {
	at = os.Getenv(contract.EnvDatabaseURL)
	if at == "" {
		t.Skip("not installed: scripts/services.sh start (then DATABASE_URL)")
	}
	schema = "test_" + randomName()
	t.Cleanup(func() {
		ask(t, at, "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
	})
	return at, schema
}

// ask does something behind the store's back.
func ask(t testing.TB, at, sql string, args ...any) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		t.Fatal(err)
	}
}

func openPostgresIn(t testing.TB, o Options) *postgres {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*postgres)
}

// cutOff ends every connection that a test has to the server, as a restart would.
func cutOff(t testing.TB, o Options) {
	t.Helper()
	ask(t, o.URL, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()`, o.Schema)
}

// named gives the connections of a test a name by which they can be cut off.
func named(t testing.TB, o Options) Options {
	t.Helper()
	o.URL, o.Schema = postgresSchema(t)
	u, err := url.Parse(o.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("application_name", o.Schema)
	u.RawQuery = q.Encode()
	o.Kind, o.URL = contract.StorePostgres, u.String()
	return o
}

// eachBatch runs a test with writes made together and each by itself.
func eachBatch(t *testing.T, test func(*testing.T, Options)) {
	for _, batch := range []int{1, 64} {
		t.Run(fmt.Sprint("batch=", batch), func(t *testing.T) { test(t, named(t, Options{Batch: batch, Pool: 4})) })
	}
}

// TestPostgresCutOff: when all connections break, calls that fail say so, and all is
// well again by itself. A process that lives keeps its jobs.
func TestPostgresCutOff(t *testing.T) {
	eachBatch(t, func(t *testing.T, o Options) {
		one, two := openPostgresIn(t, o), openPostgresIn(t, o)
		if err := one.Accept(t.Context(), record("a", contract.StatusQueued), job("a", 1), nil); err != nil {
			t.Fatal(err)
		}
		cutOff(t, o)
		for n := 0; ; n++ {
			err := one.Save(t.Context(), record("b", contract.StatusSent), nil)
			if err == nil {
				break
			}
			if !errors.Is(err, ErrUnavailable) || n > 20 {
				t.Fatalf("saved over broken connections: %v", err)
			}
		}
		wantRecord(t, one, record("b", contract.StatusSent))
		for !locked(t, o, one.owner.me) {
			time.Sleep(time.Millisecond) // of the server: nothing here can be waited for
		}
		for range 20 { // until its connections, too, are new ones
			if _, err := two.Adopt(t.Context(), 1); err == nil {
				break
			}
		}
		wantJobs(t, adoptAll(t, two, 10))
		if err := one.Finish(t.Context(), record("a", contract.StatusSent), nil); err != nil {
			t.Error(err)
		}
	})
}

// locked says whether somebody holds the lock of an owner.
func locked(t testing.TB, o Options, owner int64) (held bool) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, o.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, `SELECT NOT pg_try_advisory_lock($1)`, owner).Scan(&held); err != nil {
		t.Fatal(err)
	}
	return held
}

// TestPostgresSuspects: one look at a lock that is free takes nothing from its owner.
func TestPostgresSuspects(t *testing.T) {
	o := named(t, Options{Pool: 4})
	one, two := openPostgresIn(t, o), openPostgresIn(t, o)
	if err := one.Accept(t.Context(), record("a", contract.StatusQueued), job("a", 1), nil); err != nil {
		t.Fatal(err)
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{0, 1, 0} {
		if jobs, err := two.Adopt(t.Context(), 10); err != nil || len(jobs) != want {
			t.Errorf("adopted %q, %v, want %d", ids(jobs), err, want)
		}
	}
}

// TestPostgresDoubt: a write whose answer got lost is in doubt; Adopt hands it out.
func TestPostgresDoubt(t *testing.T) {
	eachBatch(t, func(t *testing.T, o Options) {
		s := openPostgresIn(t, o)
		ctx := t.Context()
		holder, err := pgx.Connect(ctx, o.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer holder.Close(ctx)
		table := pgx.Identifier{o.Schema, "jobs"}.Sanitize()
		if _, err := holder.Exec(ctx, "BEGIN; LOCK "+table); err != nil {
			t.Fatal(err)
		}
		waits, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		err = s.Accept(waits, record("a", contract.StatusQueued), job("a", 1), nil)
		if !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("accepted without an answer: %v", err)
		}
		if left := s.doubts.some(10); len(left) != 1 {
			t.Errorf("is in doubt about %q", left)
		}
		if _, err := holder.Exec(ctx, "COMMIT"); err != nil {
			t.Fatal(err)
		}
		for busy := 1; busy > 0; {
			const active = `SELECT count(*) FROM pg_stat_activity
				WHERE application_name = $1 AND state = 'active' AND pid <> pg_backend_pid()`
			if err := holder.QueryRow(ctx, active, o.Schema).Scan(&busy); err != nil {
				t.Fatal(err)
			}
		}
		_, err = s.Load(ctx, "a")
		written := err == nil // by itself, it may have been given up in time
		if jobs := adoptAll(t, s, 10); (len(jobs) == 1) != written {
			t.Errorf("written: %t, adopted %q", written, ids(jobs))
		}
		if s.writes != nil && !written {
			t.Error("a write that was taken was given up for its caller's sake")
		}
	})
}

// TestPostgresCannotOpen: one line that says what is wrong, and never the password.
func TestPostgresCannotOpen(t *testing.T) {
	urls := map[string]string{
		"": "DATABASE_URL", "postgres://u:s3cret@127.0.0.1:1/d": "refused",
		"postgres://u:s3cret@127.0.0.1:port/d": "cannot be read", "postgres://u:s3cret%zz@h/d": "cannot be read",
		"postgres://u:s3cret@h/d?sslmode=what": "cannot be read", "mysql://u:s3cret@h/d": "cannot be read",
		"host=127.0.0.1 port=1 user=u password=s3cret": "refused",
	}
	if base := os.Getenv(contract.EnvDatabaseURL); base != "" {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword("nobody", "s3cret")
		urls[u.String()] = "nobody"
	}
	for at, want := range urls {
		_, err := Open(t.Context(), Options{Kind: contract.StorePostgres, URL: at})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want it to say %q", at, err, want)
			continue
		}
		if text := err.Error(); strings.Contains(text, "s3cret") || strings.Contains(text, "\n") {
			t.Errorf("%q: got %q", at, text)
		}
	}
}
