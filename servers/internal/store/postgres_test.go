package store

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

// postgresSchema is a schema of its own in the database of DATABASE_URL, for one test.
func postgresSchema(t testing.TB) (url, schema string) {
	url = os.Getenv("DATABASE_URL")
	if url == "" {
		t.Skip("not installed: scripts/services.sh start (then DATABASE_URL)")
	}
	schema = "test_" + randomName()
	t.Cleanup(func() {
		ask(t, url, "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
	})
	return url, schema
}

// ask does something behind the store's back.
func ask(t testing.TB, url, sql string, args ...any) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		t.Fatal(err)
	}
}
