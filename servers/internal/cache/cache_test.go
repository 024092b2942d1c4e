package cache

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// database are the seeded users, counted and, on demand, slow or out of order.
type database struct {
	asked atomic.Int64
	fail  atomic.Bool
	hold  chan struct{} // each lookup waits for it to be closed; nil: none
}

func (d *database) User(ctx context.Context, id int64) (contract.User, error) {
	d.asked.Add(1)
	if d.hold != nil {
		select {
		case <-d.hold:
		case <-ctx.Done():
			return contract.User{}, ctx.Err()
		}
	}
	if d.fail.Load() {
		return contract.User{}, store.ErrUnavailable
	}
	u, ok := contract.SeedUser(id)
	if !ok {
		return contract.User{}, store.ErrNotFound
	}
	return u, nil
}

// patience is for a cache whose every answer is counted: one that was late would be an
// error, and a cool-down after it.
const patience = 20 * time.Second

// places are where the conformance tests run: all kinds, Redis as an imitation in
// this process and, where there is one, as the real server.
func places(t *testing.T) map[string]Options {
	return map[string]Options{
		contract.CacheNone:   {Kind: contract.CacheNone},
		contract.CacheMemory: {Kind: contract.CacheMemory},
		"miniredis":          {Kind: contract.CacheRedis, URL: "redis://" + miniredis.RunT(t).Addr()},
		contract.CacheRedis:  {Kind: contract.CacheRedis, URL: os.Getenv(contract.EnvRedisURL)},
	}
}

func eachPlace(t *testing.T, test func(*testing.T, *Cache, *database)) {
	for name, o := range places(t) {
		t.Run(name, func(t *testing.T) {
			if o.Kind == contract.CacheRedis && o.URL == "" {
				t.Skip("not installed: scripts/services.sh start (then REDIS_URL)")
			}
			o.Prefix, o.Timeout = fmt.Sprintf("test-%d", time.Now().UnixNano()), patience
			d := &database{}
			test(t, open(t, d, o), d)
		})
	}
}

func open(t testing.TB, users store.Users, o Options) *Cache {
	t.Helper()
	c, err := New(t.Context(), users, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func wantStats(t *testing.T, c *Cache, want Stats) {
	t.Helper()
	if got := c.Stats(); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
}

func TestKinds(t *testing.T) {
	_, err := New(t.Context(), nil, Options{Kind: "memcached"})
	if err == nil || !strings.Contains(err.Error(), "valid: none, memory, redis") {
		t.Errorf("got %v, want the kinds that there are", err)
	}
	for _, setting := range contract.Settings() {
		if setting.Name != "cache" {
			continue
		}
		var names []string
		for _, k := range kinds() {
			names = append(names, k.name)
		}
		if !reflect.DeepEqual(setting.OneOf, names) {
			t.Errorf("the setting may be %v, the kinds are %v", setting.OneOf, names)
		}
	}
}

// TestSameAsWithout: a lookup returns what the database would, first and again; the
// database is asked once, or each time when nothing is kept.
func TestSameAsWithout(t *testing.T) {
	eachPlace(t, func(t *testing.T, c *Cache, d *database) {
		ids := []int64{0, 42, contract.UserWithoutSMS, contract.UserWithoutAny, contract.UserWithoutPhone, -1, 1 << 40}
		for range 3 {
			for _, id := range ids {
				want, exists := contract.SeedUser(id)
				got, err := c.User(t.Context(), id)
				if exists && (err != nil || !reflect.DeepEqual(got, want)) {
					t.Errorf("user %d is %+v, %v, want %+v", id, got, err, want)
				}
				if !exists && !errors.Is(err, store.ErrNotFound) {
					t.Errorf("user %d does not exist, got %v", id, err)
				}
				if exists && len(got.OptedOut) > 0 {
					got.OptedOut[0] = "changed by a caller"
				}
			}
		}
		lookups, once := uint64(3*len(ids)), uint64(len(ids))
		if _, keepsNothing := c.level.(none); keepsNothing {
			once = lookups
		}
		wantStats(t, c, Stats{Hits: lookups - once, Misses: once})
		if n := uint64(d.asked.Load()); n != once {
			t.Errorf("the database was asked %d times, want %d", n, once)
		}
	})
}

// TestErrorsAreNotKept: the next lookup asks again.
func TestErrorsAreNotKept(t *testing.T) {
	eachPlace(t, func(t *testing.T, c *Cache, d *database) {
		d.fail.Store(true)
		if _, err := c.User(t.Context(), 7); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("got %v from a database that fails", err)
		}
		d.fail.Store(false)
		if u, err := c.User(t.Context(), 7); err != nil || u.ID != 7 {
			t.Errorf("got %+v, %v from one that works again", u, err)
		}
	})
}

// TestOneFlight: lookups that miss at the same time ask the database once, also for a
// user that does not exist, and the one that started the flight may leave it.
func TestOneFlight(t *testing.T) {
	for _, id := range []int64{3, -3} {
		synctest.Test(t, func(t *testing.T) {
			d := &database{hold: make(chan struct{})}
			c := open(t, d, Options{Kind: contract.CacheMemory})
			first, leave := context.WithCancel(t.Context())
			var all sync.WaitGroup
			all.Go(func() {
				if _, err := c.User(first, id); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.Canceled) {
					t.Errorf("the one that left got %v", err)
				}
			})
			synctest.Wait()
			for range 9 {
				all.Go(func() {
					u, err := c.User(t.Context(), id)
					if id >= 0 && (err != nil || u.ID != id) || id < 0 && !errors.Is(err, store.ErrNotFound) {
						t.Errorf("user %d: got %+v, %v", id, u, err)
					}
				})
			}
			synctest.Wait()
			leave()
			synctest.Wait()
			close(d.hold)
			all.Wait()
			if n := d.asked.Load(); n != 1 {
				t.Errorf("the database was asked %d times", n)
			}
			wantStats(t, c, Stats{Misses: 10, Shared: 9})
		})
	}
}

// TestFlightIsBounded: a database that never answers holds a lookup for flightTimeout.
func TestFlightIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, &database{hold: make(chan struct{})}, Options{Kind: contract.CacheNone})
		begun := time.Now()
		_, err := c.User(t.Context(), 1)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != flightTimeout {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
	})
}

// TestTTL: users are believed for the TTL, that there is none for less.
func TestTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		c := open(t, d, Options{Kind: contract.CacheMemory, TTL: time.Minute})
		asked := func(id int64, want int64) {
			t.Helper()
			before := d.asked.Load()
			c.User(t.Context(), id)
			if n := d.asked.Load() - before; n != want {
				t.Errorf("the database was asked %d times for user %d, want %d", n, id, want)
			}
		}
		asked(1, 1)
		asked(-1, 1)
		time.Sleep(notFoundTTL - time.Nanosecond)
		asked(-1, 0)
		time.Sleep(time.Nanosecond)
		asked(-1, 1)
		time.Sleep(time.Minute - notFoundTTL - time.Nanosecond)
		asked(1, 0)
		time.Sleep(time.Nanosecond)
		asked(1, 1)
	})
}

// TestMemoryIsBounded: the user looked up least recently gives way.
func TestMemoryIsBounded(t *testing.T) {
	d := &database{}
	c := open(t, d, Options{Kind: contract.CacheMemory, Size: 3})
	for _, id := range []int64{1, 2, 3, 1, 4, 1, 2} {
		if _, err := c.User(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	wantStats(t, c, Stats{Hits: 2, Misses: 5})
}

// TestClose: a flight that nobody waits for is waited for, and none starts any more.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{hold: make(chan struct{})}
		c := open(t, d, Options{Kind: contract.CacheMemory})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c.User(ctx, 1)
		ended := make(chan struct{})
		go func() { c.Close(); close(ended) }()
		synctest.Wait()
		select {
		case <-ended:
			t.Error("closed while a flight was under way")
		default:
		}
		close(d.hold)
		<-ended
		if _, err := c.User(t.Context(), 2); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("looked up in a closed cache: %v", err)
		}
	})
}
