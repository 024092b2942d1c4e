package store

import (
	"os"
	"testing"
)

func postgresSchema(t testing.TB) (url, schema string) {
	url = os.Getenv("DATABASE_URL")
	if url == "" {
		t.Skip("not installed: scripts/services.sh start (then DATABASE_URL)")
	}
	return url, "test_" + randomName()
}
