// Package cache keeps users that were looked up, so that the next lookup does not ask
// the database: in this process, or in Redis for all processes.
//
// The model: a lookup that misses is a flight to the database; lookups of the same
// user that come meanwhile share it. What a flight brings is kept for the TTL, that
// there is no such user for notFoundTTL at most, an error never. A cache that fails is
// passed over, counted, and left alone for coolDown.
//
// Limits: a user that changes is seen changed after the TTL. A flight lasts
// flightTimeout at most, whoever waits for it.
package cache

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/store"
)

const (
	// notFoundTTL is short, as who asked for a user may be about to create it.
	notFoundTTL = 5 * time.Second
	// flightTimeout bounds a lookup in the database that nobody waits for any more.
	flightTimeout = 5 * time.Second
)

// Options say which cache to open.
type Options struct {
	Kind   string        // contract.CacheNone, …
	TTL    time.Duration // DefaultTTL when 0
	Size   int           // memory: users kept; DefaultSize when 0
	URL    string        // redis: of the server
	Prefix string        // redis: of the keys, so that servers can share one
	Pool   int           // redis: connections; DefaultPool when 0

	// Timeout bounds each part of a call to Redis: to wait for a connection, make one,
	// write and read. DefaultTimeout when 0.
	Timeout time.Duration
}

// Defaults of Options.
const (
	DefaultTTL  = time.Minute
	DefaultSize = 10_000
	DefaultPool = 16
	// DefaultTimeout is short: a cache that is slower than the database is none.
	DefaultTimeout = 200 * time.Millisecond
)

// level is where users are kept. Both methods may fail: then the database is asked.
type level interface {
	get(ctx context.Context, id int64) (e entry, found bool, err error)
	put(ctx context.Context, id int64, e entry, ttl time.Duration) error
	close() error
}

// entry is what is known of a user: also that there is none.
type entry struct {
	user   contract.User
	absent bool
}

// kind is one way to cache.
type kind struct {
	name string
	open func(context.Context, Options) (level, error)
}

func kinds() []kind {
	return []kind{
		{contract.CacheNone, openNone},
		{contract.CacheMemory, openMemory},
		{contract.CacheRedis, openRedis},
	}
}

// Cache looks users up in a level before it asks the database.
type Cache struct {
	users   store.Users
	level   level
	ttl     time.Duration
	flights singleflight.Group

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // flights

	hits, misses, errs, shared atomic.Uint64
}

var _ store.Users = (*Cache)(nil)

// Stats counts since New. Hits and misses together are all lookups.
type Stats struct {
	Hits   uint64 // answered by the cache
	Misses uint64 // the database was asked, or a flight that was under way shared
	Errors uint64 // calls to the cache that failed, or were left out while it cools down
	Shared uint64 // misses that shared the flight of another
}

// New opens a cache over users. Its errors never contain a password.
func New(ctx context.Context, users store.Users, o Options) (*Cache, error) {
	if o.TTL <= 0 {
		o.TTL = DefaultTTL
	}
	if o.Size <= 0 {
		o.Size = DefaultSize
	}
	if o.Pool <= 0 {
		o.Pool = DefaultPool
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	var names []string
	for _, k := range kinds() {
		if k.name == o.Kind {
			l, err := k.open(ctx, o)
			if err != nil {
				return nil, fmt.Errorf("open the cache %s: %w", k.name, err)
			}
			return &Cache{users: users, level: l, ttl: o.TTL}, nil
		}
		names = append(names, k.name)
	}
	return nil, fmt.Errorf("open the cache %q: there is no such kind (valid: %s)", o.Kind, strings.Join(names, ", "))
}

// User returns what store.Users returns.
func (c *Cache) User(ctx context.Context, id int64) (contract.User, error) {
	e, found, err := c.level.get(ctx, id)
	if err != nil {
		c.errs.Add(1)
	} else if found {
		c.hits.Add(1)
		return e.answer(id)
	}
	c.misses.Add(1)
	return c.fly(ctx, id)
}

// answer turns an entry into a result of User. The caller may change the user.
func (e entry) answer(id int64) (contract.User, error) {
	if e.absent {
		return contract.User{}, fmt.Errorf("look user %d up: %w", id, store.ErrNotFound)
	}
	u := e.user
	u.OptedOut = append([]string(nil), u.OptedOut...)
	return u, nil
}

// fly joins the flight for a user, or starts it. The caller's context ends its wait
// and not the flight: others may be waiting.
func (c *Cache) fly(ctx context.Context, id int64) (contract.User, error) {
	// The first of a flight is the only one whose function is called.
	mine := false
	flight := c.flights.DoChan(strconv.FormatInt(id, 10), func() (any, error) {
		mine = true
		return c.lookup(context.WithoutCancel(ctx), id)
	})
	select {
	case r := <-flight:
		if !mine {
			c.shared.Add(1)
		}
		if r.Err != nil {
			return contract.User{}, r.Err
		}
		return r.Val.(entry).answer(id)
	case <-ctx.Done():
		return contract.User{}, fmt.Errorf("look user %d up: %w: %w", id, store.ErrUnavailable, ctx.Err())
	}
}

// lookup asks the database and keeps what it says.
func (c *Cache) lookup(ctx context.Context, id int64) (any, error) {
	if !c.begin() {
		return nil, fmt.Errorf("look user %d up: %w: the cache was closed", id, store.ErrUnavailable)
	}
	defer c.running.Done()
	ctx, cancel := context.WithTimeout(ctx, flightTimeout)
	defer cancel()
	e, ttl := entry{}, c.ttl
	user, err := c.users.User(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		e.absent, ttl = true, min(ttl, notFoundTTL)
	case err != nil:
		return nil, err
	default:
		e.user = user
	}
	if err := c.level.put(ctx, id, e, ttl); err != nil {
		c.errs.Add(1)
	}
	return e, nil
}

// begin counts a flight unless the cache was closed.
func (c *Cache) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.running.Add(1)
	}
	return !c.closed
}

// Stats are the counts so far.
func (c *Cache) Stats() Stats {
	return Stats{Hits: c.hits.Load(), Misses: c.misses.Load(), Errors: c.errs.Load(), Shared: c.shared.Load()}
}

// Close waits for flights under way. It does not close the users below.
func (c *Cache) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.running.Wait()
	return c.level.close()
}
