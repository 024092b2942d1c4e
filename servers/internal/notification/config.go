package notification

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/notification/internal/experiment"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// Config is the service's configuration: that of its provider calls, and its own.
type Config struct {
	Calls      provider.Config
	Sequential bool // fan-out; otherwise all calls of a request at once
	Deadline   time.Duration

	Workers int // pool only
	Backlog int // pool only

	Mode         string // contract.ModeSync, ModeQueued
	Queue        string // contract.QueueMemory, QueueDurable
	QueueSize    int
	QueueWorkers int
	Expiry       time.Duration

	Store       string // contract.StoreNone, …
	DatabaseURL string // holds a password: never printed
	StorePool   int
	StoreBatch  int
	Data        string
	Schema      string

	Cache     string // contract.CacheNone, …
	RedisURL  string // holds a password: never printed
	CacheTTL  time.Duration
	CacheSize int

	MaxInFlight int // 0: any number
	Grace       time.Duration
	Drain       time.Duration
	AdminPort   int // 0: none

	Experiments experiment.Config
}

// FromEnv reads the configuration from environment variables; what is not set
// has the default of contract.Settings. It reports every problem at once, one
// line each.
func FromEnv(getenv func(string) string) (Config, error) {
	e := env{get: getenv}
	cfg := Config{
		Calls:      e.calls(),
		Sequential: e.text(contract.EnvFanout) == contract.FanoutSequential,
		Deadline:   e.duration(contract.EnvDeadline, 1),
		Workers:    e.integer(contract.EnvWorkers, 1),
		Backlog:    e.integer(contract.EnvBacklog, 0),

		Mode:         e.text(contract.EnvMode),
		Queue:        e.text(contract.EnvQueue),
		QueueSize:    e.integer(contract.EnvQueueSize, 1),
		QueueWorkers: e.integer(contract.EnvQueueWorkers, 0),
		Expiry:       e.duration(contract.EnvExpiry, 1),

		MaxInFlight: e.integer(contract.EnvMaxInFlight, 0),
		Grace:       e.duration(contract.EnvGrace, 0),
		Drain:       e.duration(contract.EnvDrain, 0),
		AdminPort:   e.port(contract.EnvAdminPort),

		Experiments: experiment.Config{
			Work:        e.duration(contract.EnvWork, 0),
			Hold:        e.duration(contract.EnvHold, 0),
			Ballast:     e.bytes(contract.EnvBallast),
			Fail:        e.share(contract.EnvFail),
			RoundsPerMS: e.rate(contract.EnvRoundsPerMS),
		},
	}
	e.rooms(&cfg)
	return cfg, errors.Join(e.problems...)
}

// rooms reads where things are kept, and checks that it goes together.
func (e *env) rooms(cfg *Config) {
	cfg.Store, cfg.StorePool, cfg.StoreBatch = e.text(contract.EnvStore), e.integer(contract.EnvStorePool, 1), e.integer(contract.EnvStoreBatch, 1)
	cfg.Cache, cfg.CacheTTL, cfg.CacheSize = e.text(contract.EnvCache), e.duration(contract.EnvCacheTTL, 1), e.integer(contract.EnvCacheSize, 1)
	cfg.Data, cfg.DatabaseURL, cfg.RedisURL = e.get(contract.EnvData), e.get(contract.EnvDatabaseURL), e.get(contract.EnvRedisURL)
	cfg.Schema = e.schema(contract.EnvSchema)
	if cfg.Mode == contract.ModeQueued && cfg.Store == contract.StoreNone {
		cfg.Store = contract.StoreMemory // or nobody could be told the outcome
	}
	durable := cfg.Store == contract.StoreSQLite || cfg.Store == contract.StorePostgres
	switch {
	case cfg.Store == contract.StorePostgres && cfg.DatabaseURL == "":
		e.problem("%s: store postgres needs %s (postgres://…)", contract.EnvStore, contract.EnvDatabaseURL)
	case cfg.Store == contract.StoreSQLite && cfg.Data == "":
		e.problem("%s: store sqlite needs %s, the folder of its file", contract.EnvStore, contract.EnvData)
	}
	if cfg.Queue == contract.QueueDurable && !durable {
		e.problem("%s: a durable queue needs store sqlite or postgres, not %s", contract.EnvQueue, cfg.Store)
	}
	if cfg.Cache == contract.CacheRedis && cfg.RedisURL == "" {
		e.problem("%s: cache redis needs %s (redis://…)", contract.EnvCache, contract.EnvRedisURL)
	}
	if cfg.Cache != contract.CacheNone && cfg.Store == contract.StoreNone {
		e.problem("%s: a cache needs a store to be in front of", contract.EnvCache)
	}
}

// env reads typed values and collects what is wrong with them.
type env struct {
	get      func(string) string
	problems []error
}

func (e *env) problem(format string, args ...any) {
	e.problems = append(e.problems, fmt.Errorf(format, args...))
}

// setting finds a variable among the well-known ones, with its value or default.
func (e *env) setting(name string) (contract.Setting, string) {
	for _, s := range contract.Settings() {
		if s.Env == name {
			if v := e.get(name); v != "" {
				return s, v
			}
			return s, s.Default
		}
	}
	panic("no such setting: " + name)
}

func (e *env) text(name string) string {
	s, v := e.setting(name)
	for _, valid := range s.OneOf {
		if v == valid {
			return v
		}
	}
	e.problem("%s: %q is unknown (valid: %s)", name, v, strings.Join(s.OneOf, ", "))
	return s.Default
}

func (e *env) integer(name string, least int) int {
	_, v := e.setting(name)
	n, err := strconv.Atoi(v)
	switch {
	case err != nil:
		e.problem("%s: %q is not a whole number", name, v)
	case n < least:
		e.problem("%s: %d is less than %d", name, n, least)
	}
	return n
}

func (e *env) duration(name string, least time.Duration) time.Duration {
	_, v := e.setting(name)
	d, err := time.ParseDuration(v)
	switch {
	case err != nil:
		e.problem("%s: %q is not a duration (write 200ms, 5s)", name, v)
	case d < 0:
		e.problem("%s: %s is negative", name, v)
	case d < least:
		e.problem("%s: must be more than zero", name)
	}
	return d
}

func (e *env) bytes(name string) int64 {
	_, v := e.setting(name)
	n, ok := parseBytes(v)
	if !ok {
		e.problem("%s: %q is not a number of bytes (write 64MiB, 10MB, 4096)", name, v)
	}
	return n
}

func (e *env) share(name string) float64 {
	_, v := e.setting(name)
	f, ok := parseShare(v)
	if !ok {
		e.problem("%s: %q is not a share (write 0.05 or 5%%)", name, v)
	}
	return f
}

// rate reads a positive number that may be absent: then it is 0.
func (e *env) rate(name string) float64 {
	v := e.get(name)
	if v == "" {
		return 0
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || !(f > 0 && f < 1e12) {
		e.problem("%s: %q is not a positive number", name, v)
	}
	return f
}

// provider reads a base URL that may be absent: then it is nil.
func (e *env) provider(name string) *url.URL {
	v := e.get(name)
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" ||
		u.Host == "" || u.RawQuery != "" || u.User != nil {
		// The value is left out, as a URL may hold a secret.
		e.problem("%s: not a base URL (write http://127.0.0.1:9001)", name)
		return nil
	}
	return u
}

// port reads a port that may be absent: then it is 0.
func (e *env) port(name string) int {
	v := e.get(name)
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 65535 {
		e.problem("%s: %q is not a port", name, v)
	}
	return n
}

// maxSchema is the longest name of a schema, well below PostgreSQL's 63.
const maxSchema = 56

// schema reads a name that needs no quotes anywhere.
func (e *env) schema(name string) string {
	v := e.get(name)
	if v == "" {
		return "notifybench"
	}
	plain := strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789_") == "" && v[0] >= 'a'
	if !plain || len(v) > maxSchema {
		e.problem("%s: %q is not a name of at most %d small letters, digits and _", name, v, maxSchema)
	}
	return v
}
