package notification

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/cache"
	"github.com/notifybench/notifybench/servers/internal/queue"
	"github.com/notifybench/notifybench/servers/internal/store"
)

// ErrEnvironment is the reason of a service that its environment does not let start:
// a database that cannot be reached, a folder that cannot be written.
var ErrEnvironment = errors.New("environment")

// openTime is how long a database and a cache have to be ready at the start. It is long,
// as the database may have to be filled with users first, or another process be at it;
// one that cannot be reached is given up much sooner. Who starts us waits a minute for us to
// be ready, and is to learn our reason.
const openTime = 45 * time.Second

// rooms are where the service keeps things.
type rooms struct {
	store store.Store // nil: nothing is kept
	users store.Users // the store's behind its cache; nil without a store
	cache *cache.Cache
	keys  store.Keys
	late  *queue.Queue[lateResult] // results that could not be stored when they came
}

func openRooms(ctx context.Context, cfg *Config, log *slog.Logger) (r rooms, err error) {
	if cfg.Store == contract.StoreNone {
		r.keys = store.NewKeys()
		return r, nil
	}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	r.store, err = store.Open(ctx, store.Options{
		Kind: cfg.Store, URL: cfg.DatabaseURL, Dir: cfg.Data, Schema: cfg.Schema,
		Pool: cfg.StorePool, Batch: cfg.StoreBatch, Log: log,
	})
	if err != nil {
		return r, fmt.Errorf("%w: %w", ErrEnvironment, err)
	}
	r.cache, err = cache.New(ctx, r.store, cache.Options{
		Kind: cfg.Cache, URL: cfg.RedisURL, Prefix: cfg.Schema, TTL: cfg.CacheTTL, Size: cfg.CacheSize, Pool: cfg.StorePool,
	})
	if err != nil {
		return r, errors.Join(fmt.Errorf("%w: %w", ErrEnvironment, err), r.store.Close())
	}
	r.keys, r.users = r.store, r.cache
	if cfg.Store == contract.StoreMemory && cfg.Cache == contract.CacheNone {
		r.users = r.store // as close as any cache; sharing a look-up would cost more than it
	}
	r.late = queue.New(lateRoom, 1, storeLate(r.store))
	return r, nil
}

// close stores what is still to be stored, as long as ctx lasts, and closes all.
func (r *rooms) close(ctx context.Context) error {
	if r.store == nil {
		return nil
	}
	var lost error
	if left := r.late.Drain(ctx, ctx); len(left) > 0 {
		lost = fmt.Errorf("%d results could not be stored", len(left))
	}
	return errors.Join(lost, r.cache.Close(), r.store.Close())
}
