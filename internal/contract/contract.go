// Package contract holds what crosses a process boundary: names of environment
// variables, JSON shapes of the service and of the providers, and the identity
// that ties one notification together on both sides of a server under test.
//
// The harness, the servers and the mock providers never import one another;
// each imports this package, and it imports nothing but the standard library.
package contract

// Environment variables a server under test is started with. Conventional
// twelve-factor names are used where there is a convention.
const (
	EnvHost      = "HOST"            // address to listen on
	EnvPort      = "PORT"            // TCP port to listen on
	EnvProcesses = "WEB_CONCURRENCY" // number of processes sharing the port

	EnvEmailURL = "EMAIL_URL" // base URL of the email provider
	EnvSMSURL   = "SMS_URL"   // base URL of the SMS provider
	EnvPushURL  = "PUSH_URL"  // base URL of the push provider

	EnvWorkers  = "NOTIFY_WORKERS"   // pool: how many requests are carried at once, per process
	EnvBacklog  = "NOTIFY_BACKLOG"   // pool: how many requests may wait for a worker, per process
	EnvFanout   = "NOTIFY_FANOUT"    // sequential | concurrent
	EnvClient   = "NOTIFY_CLIENT"    // provider client: nethttp | fasthttp
	EnvSession  = "NOTIFY_SESSION"   // shared | per-request (a new provider client for every request)
	EnvMaxConns = "NOTIFY_MAX_CONNS" // connections per provider and process

	EnvDatabaseURL = "DATABASE_URL" // postgres://…: the database of store postgres
	EnvRedisURL    = "REDIS_URL"    // redis://…: the server of cache redis

	EnvCallTimeout = "NOTIFY_CALL_TIMEOUT" // of one provider call, a Go duration
	EnvDeadline    = "NOTIFY_DEADLINE"     // of one request, a Go duration

	EnvWire = "NOTIFY_WIRE" // what is spoken with the providers: plain | vendor

	EnvAttempts       = "NOTIFY_ATTEMPTS"        // of one channel, the first included
	EnvBackoff        = "NOTIFY_BACKOFF"         // cap of the wait before the second attempt; it doubles with each
	EnvRetryJitter    = "NOTIFY_RETRY_JITTER"    // full | none
	EnvRetryBudget    = "NOTIFY_RETRY_BUDGET"    // retries as a share of first attempts
	EnvRetryAmbiguous = "NOTIFY_RETRY_AMBIGUOUS" // off | on: calls that timed out after they were written
	EnvBreaker        = "NOTIFY_BREAKER"         // off | on: a circuit breaker per provider
	EnvBreakerOpen    = "NOTIFY_BREAKER_OPEN"    // how long it stays open
	EnvBulkhead       = "NOTIFY_BULKHEAD"        // calls in flight per provider and process; 0: any number
	EnvRateLimit      = "NOTIFY_RATE_LIMIT"      // calls/s per provider and process; 0: no limit

	EnvMode         = "NOTIFY_MODE"          // sync | queued
	EnvQueue        = "NOTIFY_QUEUE"         // memory | durable
	EnvQueueSize    = "NOTIFY_QUEUE_SIZE"    // notifications accepted and not done; beyond it 503
	EnvQueueWorkers = "NOTIFY_QUEUE_WORKERS" // notifications sent at once, per process
	EnvExpiry       = "NOTIFY_EXPIRY"        // a queued notification older than this is not sent any more

	EnvStore      = "NOTIFY_STORE"       // none | memory | sqlite | postgres
	EnvStorePool  = "NOTIFY_STORE_POOL"  // connections to the database, per process
	EnvStoreBatch = "NOTIFY_STORE_BATCH" // writes put into one transaction at most
	EnvData       = "NOTIFY_DATA"        // folder of the SQLite file
	EnvSchema     = "NOTIFY_SCHEMA"      // PostgreSQL schema and prefix of Redis keys: what several servers may share
	EnvCache      = "NOTIFY_CACHE"       // of users: none | memory | redis
	EnvCacheTTL   = "NOTIFY_CACHE_TTL"
	EnvCacheSize  = "NOTIFY_CACHE_SIZE" // users kept by cache memory

	EnvMaxInFlight = "NOTIFY_MAX_IN_FLIGHT"  // requests carried at once, per process; beyond it 503; 0: any number
	EnvGrace       = "NOTIFY_SHUTDOWN_GRACE" // not ready but still accepting, before a drain
	EnvDrain       = "NOTIFY_DRAIN"          // time that what was accepted has to be finished after SIGTERM
	EnvAdminPort   = "NOTIFY_ADMIN_PORT"     // loopback port of pprof; 0: none

	EnvWork    = "NOTIFY_WORK"    // experiment: CPU per request, a Go duration
	EnvHold    = "NOTIFY_HOLD"    // experiment: added delay per request, a Go duration
	EnvBallast = "NOTIFY_BALLAST" // experiment: bytes of memory held
	EnvFail    = "NOTIFY_FAIL"    // experiment: share of wrong answers, 0 to 1

	// EnvRoundsPerMS turns NOTIFY_WORK into a fixed number of SHA-256 rounds, so
	// that every server does the same work: the harness calibrates it once per machine.
	EnvRoundsPerMS = "NOTIFY_ROUNDS_PER_MS"
)

// Paths every server under test answers.
const (
	PathNotify = "/notify"
	PathHealth = "/healthz"
)

// Paths of the full service.
const (
	PathNotifications = "/notifications/" // GET, followed by an id
	PathReady         = "/readyz"
	PathMetrics       = "/metrics"
	PathOpenAPI       = "/openapi.yaml"
)

// Headers of the full service.
const (
	HeaderIdempotencyKey = "Idempotency-Key"
	HeaderReplayed       = "Idempotent-Replayed"
	HeaderRequestID      = "X-Request-Id"
)

// Limits of what a client may say of a request.
const (
	MaxIdempotencyKey = 255
	MaxDeviceTokens   = 100
)

// MaxBody is the size in bytes beyond which a request body is refused with 413.
const MaxBody = 16 << 10

// Health is the answer of GET /healthz. Any 200 means ready; a server that also
// sends this object lets the record say how it really runs.
type Health struct {
	Status     string `json:"status"`
	PID        int    `json:"pid,omitempty"`
	Processes  int    `json:"processes,omitempty"`
	GOMAXPROCS int    `json:"gomaxprocs,omitempty"`
	Restarts   int    `json:"restarts,omitempty"` // child processes that died and were replaced
}
