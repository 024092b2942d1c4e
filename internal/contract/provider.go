package contract

import "time"

// PlainCall is the body of POST /send in wire format "plain", as the documents'
// services send it: email carries a subject, SMS and push a message. Any 2xx is
// success.
type PlainCall struct {
	To      string `json:"to"`
	Subject string `json:"subject,omitempty"`
	Message string `json:"message,omitempty"`
}

// PlainReply is the body of a provider's answer in wire format "plain".
type PlainReply struct {
	ID    string `json:"id,omitempty"`
	Error string `json:"error,omitempty"`
}

// Behaviour is how one provider behaves from now on.
type Behaviour struct {
	Latency     string             `json:"latency"`                // in the notation of package latency: "200ms", "{uniform: [100ms, 1s]}"
	ErrorRate   float64            `json:"error_rate,omitempty"`   // share of calls answered with ErrorStatus, 0 to 1
	ErrorStatus int                `json:"error_status,omitempty"` // 500 when zero
	Faults      map[string]float64 `json:"faults,omitempty"`       // share of calls by kind of fault (Faults), 0 to 1
	DripTime    time.Duration      `json:"drip_time,omitempty"`    // how long a dripped answer takes; DefaultDripTime when zero
	Queue       *Queue             `json:"queue,omitempty"`        // nil: any number of calls at once
	Throttle    *Throttle          `json:"throttle,omitempty"`     // nil: none
}

// Throttle makes a provider turn calls away with 429 in the form of the wire they
// came by; such a call is never taken over. Exactly one of its fields is set.
type Throttle struct {
	FixedWindow *FixedWindow `json:"fixed_window,omitempty"`
	Concurrency int          `json:"concurrency,omitempty"` // calls in flight at once
	TokenBucket *TokenBucket `json:"token_bucket,omitempty"`
}

// FixedWindow lets so many calls pass in every window; windows follow one another
// from the first call on.
type FixedWindow struct {
	Limit  int           `json:"limit"`
	Window time.Duration `json:"window"` // ns
}

// TokenBucket lets a call pass for a token: Burst at most are saved up, Rate are
// added each second.
type TokenBucket struct {
	Rate  float64 `json:"rate"`
	Burst int     `json:"burst"`
}

// Queue makes a provider serve a limited number of calls at once, first come
// first served. A call that finds the waiting room full is answered 503 at once.
type Queue struct {
	Servers int `json:"servers"` // calls served at once, at least 1; each takes its planned delay
	Length  int `json:"length"`  // calls that may wait; 0: none
}

// MockConfig starts the mock providers: the first line on their standard input
// when the harness runs them.
type MockConfig struct {
	Seed      uint64               `json:"seed"`
	Providers map[string]Behaviour `json:"providers"`
}

// MockReady is the first line the mock providers print: base URLs by channel
// (a provider each on its own port, as in life) and of the control port.
type MockReady struct {
	Providers map[string]string `json:"providers"`
	Control   string            `json:"control"`
}

// MockSettings (PUT /settings on the control port) replaces the behaviour of the
// providers it names from now on, all in one step; it ends their timeline.
type MockSettings struct {
	Providers map[string]Behaviour `json:"providers"`
}

// MockTimeline (PUT /timeline on the control port) replaces behaviours at set
// times, each step atomically for all providers it names.
type MockTimeline struct {
	Zero  time.Time  `json:"zero"` // start of measurement
	Steps []MockStep `json:"steps"`
}

// MockStep is one step of a timeline.
type MockStep struct {
	At        time.Duration        `json:"at"` // after zero, ns
	Providers map[string]Behaviour `json:"providers"`
}

// MockReset (PUT /reset on the control port) makes the providers forget every call
// they have seen and draw from another seed, as if just started; behaviours and
// connections stay. The answer is MockStats of what was forgotten. While a call is
// in flight it is refused with 409: it would be counted on neither side.
type MockReset struct {
	Seed uint64 `json:"seed"`
}

// MockStats is what GET /stats on the control port answers.
type MockStats struct {
	Providers map[string]ProviderStats `json:"providers"`
	CPU       time.Duration            `json:"cpu"` // of the mock's process since its start, ns; negative: not known here

	GCPauses time.Duration  `json:"gc_pauses"` // all pauses of its garbage collector since its start, ns
	TimerLag DelayQuantiles `json:"timer_lag"` // how late its clock rang: the part of the delay error that is waiting
}

// Calls is how many calls all providers have received.
func (s MockStats) Calls() (n uint64) {
	for _, p := range s.Providers {
		n += p.Calls
	}
	return n
}

// ProviderStats is what one provider saw. Probes (k >= ProbeBase) are left out.
type ProviderStats struct {
	Calls        uint64         `json:"calls"`      // received, in whatever wire format
	Accepted     uint64         `json:"accepted"`   // taken over: answered 2xx, or meant to be (see Faults)
	Failed       uint64         `json:"failed"`     // answered with the error status on purpose, or to a bad address (see BadAddress)
	Dropped      uint64         `json:"dropped"`    // left without an answer on purpose, and not taken over
	Refused      uint64         `json:"refused"`    // answered 503 at once: the queue was full
	Throttled    uint64         `json:"throttled"`  // answered 429 at once
	Rejected     uint64         `json:"rejected"`   // malformed, or without credentials: 4xx
	Untagged     uint64         `json:"untagged"`   // without a readable " #<k>": delayed by arrival order
	Duplicates   uint64         `json:"duplicates"` // accepted more than once for the same k
	Abandoned    uint64         `json:"abandoned"`  // the caller hung up before the answer
	InFlightPeak int64          `json:"in_flight_peak"`
	Connections  uint64         `json:"connections"` // accepted since the start
	BytesIn      uint64         `json:"bytes_in"`    // bodies received
	DelayError   DelayQuantiles `json:"delay_error"` // served minus planned delay, waiting in the queue left out

	Faults map[string]uint64 `json:"faults,omitempty"` // calls that had a fault, by kind
	Wait   *DelayQuantiles   `json:"wait,omitempty"`   // in the queue, of the calls served; nil without a queue
}

// DelayQuantiles summarises a histogram of durations in nanoseconds.
type DelayQuantiles struct {
	Count uint64        `json:"count"`
	P50   time.Duration `json:"p50"`
	P90   time.Duration `json:"p90"`
	P99   time.Duration `json:"p99"`
	P999  time.Duration `json:"p999"`
	Max   time.Duration `json:"max"`
	// Low are P50, P90 and P99 three standard errors of their rank lower: the
	// quantile of whatever was sampled from is hardly less. Nil where too old to say.
	Low *DelayLow `json:"low,omitempty"`
}

// DelayLow are quantiles at their lower bounds.
type DelayLow struct {
	P50 time.Duration `json:"p50"`
	P90 time.Duration `json:"p90"`
	P99 time.Duration `json:"p99"`
}
