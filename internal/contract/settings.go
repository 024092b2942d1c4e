package contract

// Setting is one thing a scenario may set on a server. A server.yaml lists the
// settings its program honours; what it leaves out of an entry whose name is in
// Settings is taken from there.
type Setting struct {
	Name    string
	Env     string
	Type    string // int | duration | bytes | share | text
	Default string
	OneOf   []string // the valid values of a text; empty: any
	Help    string
}

// Types of a Setting.
const (
	TypeInt      = "int"      // a whole number, not negative
	TypeDuration = "duration" // a Go duration, not negative
	TypeBytes    = "bytes"    // 64MiB, 10MB or a plain number
	TypeShare    = "share"    // 0 to 1, or 0% to 100%
	TypeText     = "text"
)

// Values of settings that more than one side compares with.
const (
	FanoutSequential  = "sequential"
	FanoutConcurrent  = "concurrent"
	ClientNetHTTP     = "nethttp"
	ClientFastHTTP    = "fasthttp"
	SessionShared     = "shared"
	SessionPerRequest = "per-request"
	WirePlain         = "plain"
	WireVendor        = "vendor"
	JitterFull        = "full"
	JitterNone        = "none"
	Off               = "off"
	On                = "on"
	ModeSync          = "sync"
	ModeQueued        = "queued"
	QueueMemory       = "memory"
	QueueDurable      = "durable"
	StoreNone         = "none"
	StoreMemory       = "memory"
	StoreSQLite       = "sqlite"
	StorePostgres     = "postgres"
	CacheNone         = "none"
	CacheMemory       = "memory"
	CacheRedis        = "redis"
)

// Settings are the well-known settings: the same names, variables and defaults
// in every server that honours them.
func Settings() []Setting {
	return []Setting{
		{Name: "workers", Env: EnvWorkers, Type: TypeInt, Default: "4", Help: "requests carried at once, per process"},
		{Name: "backlog", Env: EnvBacklog, Type: TypeInt, Default: "1024", Help: "requests that may wait for a worker, per process; beyond it 503"},
		{Name: "fanout", Env: EnvFanout, Type: TypeText, Default: FanoutConcurrent, OneOf: []string{FanoutSequential, FanoutConcurrent}, Help: "how the provider calls of one request are made"},
		{Name: "client", Env: EnvClient, Type: TypeText, Default: ClientNetHTTP, OneOf: []string{ClientNetHTTP, ClientFastHTTP}, Help: "HTTP client of the provider calls"},
		{Name: "session", Env: EnvSession, Type: TypeText, Default: SessionShared, OneOf: []string{SessionShared, SessionPerRequest}, Help: "one provider client for all requests, or a new one for each"},
		{Name: "max_conns", Env: EnvMaxConns, Type: TypeInt, Default: "8192", Help: "connections per provider and process"},
		{Name: "call_timeout", Env: EnvCallTimeout, Type: TypeDuration, Default: "5s", Help: "of one provider call"},
		{Name: "deadline", Env: EnvDeadline, Type: TypeDuration, Default: "10s", Help: "of one request"},
		{Name: "wire", Env: EnvWire, Type: TypeText, Default: WirePlain, OneOf: []string{WirePlain, WireVendor}, Help: "what is spoken with the providers: the documents' format, or SendGrid, Twilio and FCM"},
		{Name: "attempts", Env: EnvAttempts, Type: TypeInt, Default: "1", Help: "attempts of one channel, the first included"},
		{Name: "backoff", Env: EnvBackoff, Type: TypeDuration, Default: "1s", Help: "cap of the wait before the second attempt; it doubles with each"},
		{Name: "retry_jitter", Env: EnvRetryJitter, Type: TypeText, Default: JitterFull, OneOf: []string{JitterFull, JitterNone}, Help: "a wait is drawn from zero to its cap, or is the cap"},
		{Name: "retry_budget", Env: EnvRetryBudget, Type: TypeShare, Default: "0.2", Help: "retries as a share of first attempts, per provider and process"},
		{Name: "retry_ambiguous", Env: EnvRetryAmbiguous, Type: TypeText, Default: Off, OneOf: []string{Off, On}, Help: "retry calls that timed out after they were written: they may arrive twice"},
		{Name: "breaker", Env: EnvBreaker, Type: TypeText, Default: Off, OneOf: []string{Off, On}, Help: "a circuit breaker per provider"},
		{Name: "breaker_open", Env: EnvBreakerOpen, Type: TypeDuration, Default: "5s", Help: "how long an open breaker lets nothing pass"},
		{Name: "bulkhead", Env: EnvBulkhead, Type: TypeInt, Default: "0", Help: "calls in flight per provider and process; 0: any number"},
		{Name: "rate_limit", Env: EnvRateLimit, Type: TypeInt, Default: "0", Help: "calls per second per provider and process; 0: no limit"},
		{Name: "mode", Env: EnvMode, Type: TypeText, Default: ModeSync, OneOf: []string{ModeSync, ModeQueued}, Help: "answer when sent, or accept and queue"},
		{Name: "queue", Env: EnvQueue, Type: TypeText, Default: QueueMemory, OneOf: []string{QueueMemory, QueueDurable}, Help: "where queued notifications are kept; durable needs store sqlite or postgres"},
		{Name: "queue_size", Env: EnvQueueSize, Type: TypeInt, Default: "10000", Help: "notifications accepted and not done, per process; beyond it 503"},
		{Name: "queue_workers", Env: EnvQueueWorkers, Type: TypeInt, Default: "64", Help: "queued notifications sent at once, per process; 0: none: what was accepted waits"},
		{Name: "expiry", Env: EnvExpiry, Type: TypeDuration, Default: "1h", Help: "a queued notification older than this is not sent any more"},
		{Name: "store", Env: EnvStore, Type: TypeText, Default: StoreNone, OneOf: []string{StoreNone, StoreMemory, StoreSQLite, StorePostgres}, Help: "where users and notifications are kept"},
		{Name: "store_pool", Env: EnvStorePool, Type: TypeInt, Default: "16", Help: "connections to the database, per process"},
		{Name: "store_batch", Env: EnvStoreBatch, Type: TypeInt, Default: "64", Help: "writes put into one transaction at most; 1: each by itself"},
		{Name: "cache", Env: EnvCache, Type: TypeText, Default: CacheNone, OneOf: []string{CacheNone, CacheMemory, CacheRedis}, Help: "cache of users"},
		{Name: "cache_ttl", Env: EnvCacheTTL, Type: TypeDuration, Default: "1m", Help: "how long a cached user is believed"},
		{Name: "cache_size", Env: EnvCacheSize, Type: TypeInt, Default: "10000", Help: "users kept by cache memory, per process"},
		{Name: "max_in_flight", Env: EnvMaxInFlight, Type: TypeInt, Default: "0", Help: "requests carried at once, per process; beyond it 503; 0: any number"},
		{Name: "shutdown_grace", Env: EnvGrace, Type: TypeDuration, Default: "0s", Help: "not ready but still accepting, before a drain"},
		{Name: "drain", Env: EnvDrain, Type: TypeDuration, Default: "30s", Help: "time to finish what was accepted, after SIGTERM"},
		{Name: "work", Env: EnvWork, Type: TypeDuration, Default: "0s", Help: "experiment: CPU per request, as a fixed number of SHA-256 rounds"},
		{Name: "hold", Env: EnvHold, Type: TypeDuration, Default: "0s", Help: "experiment: added delay per request"},
		{Name: "ballast", Env: EnvBallast, Type: TypeBytes, Default: "0", Help: "experiment: memory held"},
		{Name: "fail", Env: EnvFail, Type: TypeShare, Default: "0", Help: "experiment: share of wrong answers"},
	}
}
