package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/notifybench/notifybench/internal/contract"
)

const (
	// coolDown is how long a server that failed is left alone.
	coolDown = time.Second
	// redisOpen bounds the first sign of life.
	redisOpen = 2 * time.Second
)

// redisLevel keeps users in a Redis server: choose it where several processes or
// machines look the same users up.
type redisLevel struct {
	client *redis.Client
	prefix string
	now    func() time.Duration // since some moment
	failed atomic.Int64         // until when it cools down, ns; 0: it answers
}

var _ level = (*redisLevel)(nil)

// errCoolDown is why a server was not asked.
var errCoolDown = errors.New("the cache failed a moment ago")

func openRedis(ctx context.Context, o Options) (level, error) {
	if o.URL == "" {
		return nil, errors.New("no server is given: set " + contract.EnvRedisURL)
	}
	options, err := redis.ParseURL(o.URL)
	if err != nil {
		// It may hold its password anywhere.
		return nil, errors.New(contract.EnvRedisURL + " cannot be read: write redis://user:password@host:port/database")
	}
	options.PoolSize, options.MaxActiveConns = o.Pool, o.Pool
	options.DialTimeout, options.PoolTimeout = o.Timeout, o.Timeout
	options.ReadTimeout, options.WriteTimeout = o.Timeout, o.Timeout
	options.ContextTimeoutEnabled = true
	options.MaxRetries, options.DialerRetries = -1, 1
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	options.DisableIdentity = true
	// It would print a line for each call that fails; those are counted here.
	redis.SetLogger(&logging.VoidLogger{})
	begun := time.Now()
	r := &redisLevel{client: redis.NewClient(options), prefix: o.Prefix + ":user:",
		now: func() time.Duration { return time.Since(begun) }}
	ctx, cancel := context.WithTimeout(ctx, redisOpen)
	defer cancel()
	if err := r.client.Ping(ctx).Err(); err != nil {
		r.client.Close()
		text := err.Error()
		if options.Password != "" {
			text = strings.ReplaceAll(text, options.Password, "***")
		}
		return nil, fmt.Errorf("reach %s at %s: %s", contract.EnvRedisURL, options.Addr, text)
	}
	return r, nil
}

func (r *redisLevel) key(id int64) string { return r.prefix + strconv.FormatInt(id, 10) }

func (r *redisLevel) get(ctx context.Context, id int64) (entry, bool, error) {
	if r.cooling() {
		return entry{}, false, errCoolDown
	}
	value, err := r.client.Get(ctx, r.key(id)).Bytes()
	if err != nil && !errors.Is(err, redis.Nil) {
		return entry{}, false, r.fail(ctx, err)
	}
	r.answered()
	e, ok := decode(value, id)
	return e, ok, nil
}

func (r *redisLevel) put(ctx context.Context, id int64, e entry, ttl time.Duration) error {
	if r.cooling() {
		return errCoolDown
	}
	value, err := encode(e)
	if err != nil {
		return err
	}
	if err := r.client.Set(ctx, r.key(id), value, ttl).Err(); err != nil {
		return r.fail(ctx, err)
	}
	r.answered()
	return nil
}

func (r *redisLevel) close() error { return r.client.Close() }

// fail begins to cool down, unless it was the caller who had no more time.
func (r *redisLevel) fail(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		r.failed.Store(int64(r.now() + coolDown))
	}
	return fmt.Errorf("ask Redis: %w", err)
}

// cooling says whether to leave the server alone. When the time is over, one call
// tries it and the others do without a little longer.
func (r *redisLevel) cooling() bool {
	until := r.failed.Load()
	if until == 0 {
		return false
	}
	now := r.now()
	return int64(now) < until || !r.failed.CompareAndSwap(until, int64(now+coolDown))
}

// answered ends the cool-down.
func (r *redisLevel) answered() {
	if r.failed.Load() != 0 {
		r.failed.Store(0)
	}
}

// A value is a mark and, behind that of a user, the user as JSON. Another layout gets
// another mark: what an older or newer server has written is then a miss.
const (
	markUser   = '1'
	markAbsent = '-'
)

func encode(e entry) ([]byte, error) {
	if e.absent {
		return []byte{markAbsent}, nil
	}
	text, err := json.Marshal(e.user)
	if err != nil {
		return nil, fmt.Errorf("encode user %d: %w", e.user.ID, err)
	}
	return append([]byte{markUser}, text...), nil
}

// decode reads a value; false for whatever is not one of this user.
func decode(value []byte, id int64) (e entry, ok bool) {
	switch {
	case len(value) == 1 && value[0] == markAbsent:
		return entry{absent: true}, true
	case len(value) > 1 && value[0] == markUser:
		err := json.Unmarshal(value[1:], &e.user)
		return e, err == nil && e.user.ID == id
	}
	return entry{}, false
}
