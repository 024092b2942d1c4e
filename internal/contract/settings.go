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
		{Name: "work", Env: EnvWork, Type: TypeDuration, Default: "0s", Help: "experiment: CPU per request, as a fixed number of SHA-256 rounds"},
		{Name: "hold", Env: EnvHold, Type: TypeDuration, Default: "0s", Help: "experiment: added delay per request"},
		{Name: "ballast", Env: EnvBallast, Type: TypeBytes, Default: "0", Help: "experiment: memory held"},
		{Name: "fail", Env: EnvFail, Type: TypeShare, Default: "0", Help: "experiment: share of wrong answers"},
	}
}
