package cache

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/notifybench/notifybench/internal/contract"
)

func openMini(t *testing.T, d *database) (*miniredis.Miniredis, *Cache) {
	server := miniredis.RunT(t)
	return server, open(t, d, Options{
		Kind: contract.CacheRedis, URL: "redis://" + server.Addr(), Prefix: "p", TTL: time.Minute, Timeout: patience,
	})
}

func lookUp(t *testing.T, c *Cache, id int64) {
	t.Helper()
	want, _ := contract.SeedUser(id)
	if got, err := c.User(t.Context(), id); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("user %d is %+v, %v, want %+v", id, got, err, want)
	}
}

// TestRedisShares: what one process looked up, the others have, each under its prefix.
func TestRedisShares(t *testing.T) {
	d := &database{}
	server, one := openMini(t, d)
	o := Options{Kind: contract.CacheRedis, URL: "redis://" + server.Addr(), Prefix: "p", Timeout: patience}
	two := open(t, d, o)
	o.Prefix = "other"
	three := open(t, d, o)
	lookUp(t, one, 5)
	lookUp(t, two, 5)
	if n := d.asked.Load(); n != 1 {
		t.Errorf("the database was asked %d times", n)
	}
	lookUp(t, three, 5)
	if n := d.asked.Load(); n != 2 {
		t.Errorf("the database was asked %d times, under another prefix", n)
	}
	if ttl := server.TTL("p:user:5"); ttl != time.Minute {
		t.Errorf("kept for %v", ttl)
	}
	one.User(t.Context(), -1)
	if ttl := server.TTL("p:user:-1"); ttl != notFoundTTL {
		t.Errorf("that there is no user is kept for %v", ttl)
	}
}

// TestRedisNonsense: a value that is not one of this user is a miss, and is mended.
func TestRedisNonsense(t *testing.T) {
	d := &database{}
	server, c := openMini(t, d)
	for _, value := range []string{"", "1", "1{", "2{}", `1{"ID":6}`, "--"} {
		server.Set("p:user:5", value)
		before := c.Stats()
		lookUp(t, c, 5)
		lookUp(t, c, 5)
		if s := c.Stats(); s.Misses != before.Misses+1 || s.Hits != before.Hits+1 || s.Errors != 0 {
			t.Errorf("value %q: stats %+v after %+v", value, s, before)
		}
	}
}

// TestRedisFails: without the server every lookup is answered by the database and
// counted, few of them wait for it, and it is used again once it is back.
func TestRedisFails(t *testing.T) {
	d := &database{}
	server, c := openMini(t, d)
	var now time.Duration
	c.level.(*redisLevel).now = func() time.Duration { return now } // no time passes but what is told
	lookUp(t, c, 1)
	server.Close()
	for range 100 {
		lookUp(t, c, 1)
	}
	s := c.Stats()
	if s.Hits != 0 || s.Misses != 101 || d.asked.Load() != 101 || s.Errors < 101 {
		t.Errorf("without the server: stats %+v, the database was asked %d times", s, d.asked.Load())
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	now += coolDown - 1
	lookUp(t, c, 1)
	if c.Stats().Hits != 0 {
		t.Error("is asked again at once")
	}
	now++
	lookUp(t, c, 1)
	if c.Stats().Hits != 1 {
		t.Errorf("back again: stats %+v", c.Stats())
	}
}

// TestRedisCoolDown: when it is over, one caller tries and the others do not wait.
func TestRedisCoolDown(t *testing.T) {
	var now time.Duration
	r := &redisLevel{now: func() time.Duration { return now }}
	if r.cooling() {
		t.Error("cools down before anything failed")
	}
	r.fail(context.Background(), context.DeadlineExceeded)
	if !r.cooling() {
		t.Error("does not cool down after a failure")
	}
	now += coolDown
	if r.cooling() {
		t.Error("nobody tries again")
	}
	if !r.cooling() {
		t.Error("two try again at the same time")
	}
	r.answered()
	if r.cooling() {
		t.Error("cools down though it has answered")
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	r.fail(gone, context.Canceled)
	if r.cooling() {
		t.Error("cools down because a caller had no more time")
	}
}

// TestRedisCannotOpen: one line that says where, and never the password.
func TestRedisCannotOpen(t *testing.T) {
	locked := miniredis.RunT(t)
	locked.RequireAuth("another")
	for _, url := range []string{
		"", "redis://:s3cret@127.0.0.1:1/0", "http://user:s3cret@host", "redis://u:s3cret@host:port", "redis://:s3cret@" + locked.Addr(),
		"redis://u:s3cret%zz@host", "redis://u:s3#cret@host", "redis://:s3cret@127.0.0.1:1/x",
	} {
		_, err := New(t.Context(), &database{}, Options{Kind: contract.CacheRedis, URL: url})
		if err == nil || !strings.Contains(err.Error(), "REDIS_URL") {
			t.Errorf("%q: got %v", url, err)
			continue
		}
		if text := err.Error(); strings.Contains(text, "s3") || strings.Contains(text, "\n") {
			t.Errorf("%q: got %q", url, text)
		}
	}
}

// FuzzDecode: whatever lies in the server is a miss or an entry of the user asked for.
func FuzzDecode(f *testing.F) {
	for _, id := range []int64{1, contract.UserWithoutAny} {
		user, _ := contract.SeedUser(id)
		value, err := encode(entry{user: user})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(value, id)
	}
	f.Add([]byte("-"), int64(1))
	f.Add([]byte("1null"), int64(0))
	f.Fuzz(func(t *testing.T, value []byte, id int64) {
		e, ok := decode(value, id)
		if !ok {
			return
		}
		if !e.absent && e.user.ID != id {
			t.Fatalf("user %d in place of %d", e.user.ID, id)
		}
		again, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if back, ok := decode(again, id); !ok || !reflect.DeepEqual(back, e) {
			t.Fatalf("%+v came back as %+v", e, back)
		}
	})
}
