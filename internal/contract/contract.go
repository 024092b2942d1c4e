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

	EnvCallTimeout = "NOTIFY_CALL_TIMEOUT" // of one provider call, a Go duration
	EnvDeadline    = "NOTIFY_DEADLINE"     // of one request, a Go duration

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
