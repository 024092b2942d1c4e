package record

import "time"

// Outcome is what became of one request.
type Outcome string

// The outcomes. Only OutcomeOK and OutcomeQueued are good.
const (
	OutcomeOK         Outcome = "ok"         // 200, and the answer was verified
	OutcomeQueued     Outcome = "queued"     // 202
	OutcomePartial    Outcome = "partial"    // 207
	OutcomeShed       Outcome = "shed"       // 503: refused for lack of room
	OutcomeFailed     Outcome = "failed"     // any other status
	OutcomeWrong      Outcome = "wrong"      // a good status with an answer that is not right
	OutcomeTimeout    Outcome = "timeout"    // no answer within the scenario's timeout
	OutcomeConnection Outcome = "connection" // refused, reset, cut off
	OutcomeUnfinished Outcome = "unfinished" // still running when the drain ended, then cancelled
)

// Outcomes lists all of them, good ones first.
func Outcomes() []Outcome {
	return []Outcome{OutcomeOK, OutcomeQueued, OutcomePartial, OutcomeShed, OutcomeFailed,
		OutcomeWrong, OutcomeTimeout, OutcomeConnection, OutcomeUnfinished}
}

// Good says whether the request was served.
func (o Outcome) Good() bool { return o == OutcomeOK || o == OutcomeQueued }

// Answered says whether a complete answer came back, good or not, so that its
// time is a latency.
func (o Outcome) Answered() bool {
	switch o {
	case OutcomeTimeout, OutcomeConnection, OutcomeUnfinished:
		return false
	}
	return true
}

// Request is one measured request. Its first fields are those of vegeta.Result
// under the same names, so that gob lets the stock vegeta command read the
// file; it ignores the others.
type Request struct {
	Attack    string
	Seq       uint64        // order of sending
	Code      uint16        // HTTP status; 0 without an answer
	Timestamp time.Time     // actual send
	Latency   time.Duration // service time: completion − actual send
	BytesOut  uint64
	BytesIn   uint64
	Error     string

	K       uint64        // the request's number in its cell: its slot in the schedule
	Lag     time.Duration // actual − intended send; 0 in a closed loop, which has no intended send
	Outcome Outcome
	// Reported is the channels that the answer says were sent: bit i is the i-th
	// channel of the scenario.
	Reported uint8

	// Where the server says the time went (Server-Timing); both hold if Timed.
	Queue     time.Duration // waited in the server before anything was done
	Providers time.Duration // critical path of its calls, as the providers served them
	Timed     bool
}

// Response is the response time: completion − intended send.
func (r *Request) Response() time.Duration { return r.Lag + r.Latency }

// End is the time of completion.
func (r *Request) End() time.Time { return r.Timestamp.Add(r.Latency) }
