package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
)

// Options say which store to open.
type Options struct {
	Kind   string // contract.StoreMemory, …
	URL    string // postgres: of the database
	Dir    string // sqlite: folder of the file, made when absent
	Schema string // postgres: made when absent; DefaultSchema when empty
	Pool   int    // connections; DefaultPool when 0
	Batch  int    // writes per transaction at most; DefaultBatch when 0
	Log    *slog.Logger
}

// Defaults of Options.
const (
	DefaultSchema = "notifybench"
	DefaultPool   = 16
	DefaultBatch  = 64
)

// kind is one way to store.
type kind struct {
	name string
	open func(context.Context, Options) (Store, error)
}

// kinds are all of them; contract.StoreNone is no store.
func kinds() []kind {
	return []kind{
		{contract.StoreMemory, openMemory},
		{contract.StoreSQLite, openSQLite},
		{contract.StorePostgres, openPostgres},
	}
}

// Open opens a store and brings its schema up to date. The context bounds the
// opening, not the store. Its errors never contain a password.
func Open(ctx context.Context, o Options) (Store, error) {
	if o.Pool <= 0 {
		o.Pool = DefaultPool
	}
	if o.Batch <= 0 {
		o.Batch = DefaultBatch
	}
	if o.Schema == "" {
		o.Schema = DefaultSchema
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	var names []string
	for _, k := range kinds() {
		if k.name == o.Kind {
			s, err := k.open(ctx, o)
			if err != nil {
				return nil, fmt.Errorf("open the store %s: %w", k.name, err)
			}
			return s, nil
		}
		names = append(names, k.name)
	}
	return nil, fmt.Errorf("open the store %q: there is no such kind (valid: %s)", o.Kind, strings.Join(names, ", "))
}
