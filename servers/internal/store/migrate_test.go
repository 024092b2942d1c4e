package store

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestStartAtOnce: any number of processes may start on a database that is empty.
func TestStartAtOnce(t *testing.T) {
	eachOutbox(t, func(t *testing.T, b bed) {
		b.opts.Dir = t.TempDir() // what the bed has is not empty
		if b.kind == contract.StorePostgres {
			_, b.opts.Schema = postgresSchema(t)
		}
		var all sync.WaitGroup
		for n := range 6 {
			all.Go(func() {
				s, err := Open(t.Context(), b.opts)
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				id := fmt.Sprint(n)
				if err := s.Save(t.Context(), record(id, contract.StatusSent), nil); err != nil {
					t.Error(err)
				}
				wantRecord(t, s, record(id, contract.StatusSent))
			})
		}
		all.Wait()
	})
}

// TestNewerDatabase: a database that a newer program has changed is left alone.
func TestNewerDatabase(t *testing.T) {
	eachOutbox(t, func(t *testing.T, b bed) {
		b.open(t).Close()
		const newer = `INSERT INTO migrations VALUES (99, 'from the future')`
		if b.kind == contract.StoreSQLite {
			db, err := sql.Open("sqlite", filepath.Join(b.opts.Dir, sqliteFile))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(newer); err != nil {
				t.Fatal(err)
			}
		} else {
			ask(t, b.opts.URL, strings.Replace(newer, "migrations", b.opts.Schema+".migrations", 1))
		}
		_, err := Open(t.Context(), b.opts)
		if err == nil || !strings.Contains(err.Error(), "of version 99") {
			t.Errorf("got %v", err)
		}
	})
}
