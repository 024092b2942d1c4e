package plan

import (
	"fmt"
	"math"
	"time"

	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/scenario"
)

// request is what one request of a row is expected to take.
type request struct {
	calls []call
	path  latency.Quantiler // time in the providers
	mean  time.Duration     // of path
	own   time.Duration     // work and hold
	turns string            // in words how its calls take turns; empty: they need not
	late  float64           // share of requests of which a call times out
}

// call is what a request asks of one provider: one call, or one to each of several
// devices.
type call struct {
	channel string
	times   int           // up to 1: one
	mean    time.Duration // of the time it takes, at most the service's call_timeout
	served  time.Duration // mean of what the provider takes for it, whoever still waits
	servers int           // calls that the provider serves at once; 0: any number
}

// count is how many calls that is.
func (c call) count() int { return max(1, c.times) }

// held is the mean time that the calls of a request occupy something that carries
// one at a time, each of which takes so long; in words "150ms" or "(5 × 150ms)".
func (c call) held(each time.Duration) (sum time.Duration, in string) {
	if c.count() == 1 {
		return each, format(each)
	}
	return time.Duration(c.count()) * each, fmt.Sprintf("(%d × %s)", c.count(), format(each))
}

func (r *request) total() time.Duration { return r.mean + r.own }

// in is the service time in words: "350ms", "(50ms + 10ms)" with its own part, or
// "500ms (100 calls, 10 at once)".
func (r *request) in() string {
	if r.own == 0 {
		return format(r.mean) + r.turns
	}
	return fmt.Sprintf("(%s + %s)%s", format(r.mean), format(r.own), r.turns)
}

// negligible is the share of requests below which a deadline changes nothing
// that could be measured.
const negligible = 1e-6

// requestOf integrates the provider path: one after the other the calls add up,
// together the slowest counts. Retries are left out, which can only make it longer. A call ends with call_timeout at the latest, and
// the calls together with the deadline. What a request loses of its deadline in a
// queue is left out: it only makes requests fail sooner.
func requestOf(sc *scenario.Scenario, row *Row, providers []scenario.Provider) *request {
	if row.Resolved.Queues() {
		return &request{path: latency.MaxOf()} // it is answered before any call is made
	}
	r := &request{own: row.Resolved.Duration("work") + row.Resolved.Duration("hold")}
	timeout := row.Resolved.Duration("call_timeout")
	var f fan
	inTime := 1.0
	for _, provider := range providers {
		part := latency.Cut(provider.Latency, timeout)
		c := call{channel: provider.Channel, times: sc.CallsPer(provider.Channel),
			mean: latency.Mean(part), served: latency.Mean(provider.Latency)}
		if provider.Queue != nil {
			c.servers = provider.Queue.Servers
		}
		r.calls = append(r.calls, c)
		inTime *= math.Pow(1-latency.Beyond(provider.Latency, timeout), float64(c.count()))
		f.add(part, c.count())
	}
	r.late = 1 - inTime
	r.path, r.turns = f.path(row)
	if deadline := row.Resolved.Duration("deadline"); deadline > 0 {
		left := max(1, deadline-r.own)
		if beyond := latency.Beyond(r.path, left); beyond > negligible {
			r.path, r.late = latency.Cut(r.path, left), 1-(1-r.late)*(1-beyond)
		}
	}
	r.mean = latency.Mean(r.path)
	return r
}
