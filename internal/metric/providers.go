package metric

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/stats"
)

var providerDelay = Metric{
	ID: "provider_delay_error_p99", Name: "provider delay error p99", Unit: Nanoseconds, Better: Lower,
	Doc: "99th percentile of served minus planned delay of the provider that keeps its promise worst",
	of: func(f *facts) Value {
		worst, found := 0.0, false
		for _, p := range f.providers() {
			if p.DelayError.Count >= uint64(stats.Needed(0.99)) {
				worst, found = max(worst, float64(p.DelayError.P99)), true
			}
		}
		if !found {
			return missing(fmt.Sprintf("no provider served %s", Count(stats.Needed(0.99), "call")))
		}
		return known(worst)
	},
}

var callsUnaccounted = Metric{
	ID: "calls_unaccounted", Name: "calls unaccounted for", Unit: Calls, Better: Lower,
	Doc: "provider calls that the answers did not report, or reported calls that no provider saw; " +
		"requests without an answer, and queued ones, may have made any number up to all their attempts on every channel",
	of: func(f *facts) Value {
		if len(f.cell.Providers.Providers) == 0 {
			return missing(f.noCalls())
		}
		if g := &f.cell.Generator; !g.CallsKnown && g.Accepted+g.Unreported+g.Queued == 0 { // an old record
			return missing("not every answer reported its calls")
		}
		return known(float64(f.unaccounted()))
	},
}

// noCalls says why nothing is known of the providers' calls.
func (f *facts) noCalls() string {
	if len(f.run.Scenario.Channels) == 0 {
		return "the requests call no provider"
	}
	return "the providers reported nothing"
}

// unaccounted is by how many calls the providers' count lies outside what the
// answers allow.
func (f *facts) unaccounted() uint64 {
	switch seen := callsSeen(f.cell); {
	case seen < f.leastCalls():
		return f.leastCalls() - seen
	case seen > f.mostCalls():
		return seen - f.mostCalls()
	}
	return 0
}

// leastCalls are those that the answers report, and those that it takes for each
// answer that accepted a notification without saying how it was carried.
func (f *facts) leastCalls() uint64 {
	g := &f.cell.Generator
	return g.Calls + g.Accepted*uint64(f.run.Scenario.CallsPerRequest()) + f.leastQueued()
}

// leastQueued are the calls without which the queued notifications cannot be done:
// one of each that is not left or dropped. Of the others of a notification it is not
// known that they were ever due: what comes first may use up its time. Nothing is known
// of a server that does not say how it ended, that was killed, or that may give up
// without a call.
func (f *facts) leastQueued() uint64 {
	s, d := f.subject.Settings, f.cell.Server.Drain
	if d == nil || f.cell.Server.Killed > 0 || s["breaker"] == contract.On || s["bulkhead"] != "0" || s["rate_limit"] != "0" || f.mayExpire() {
		return 0
	}
	calls := uint64(1)
	if f.subject.Fanout == contract.FanoutConcurrent {
		calls = uint64(f.run.Scenario.CallsPerRequest())
	}
	undone := min(f.cell.Generator.Queued, d.Dropped+f.cell.Server.Left())
	return calls * (f.cell.Generator.Queued - undone)
}

// mayExpire says that a queued notification may have become too old to be sent.
func (f *facts) mayExpire() bool {
	expiry, err := time.ParseDuration(f.subject.Settings["expiry"])
	sc := &f.run.Scenario
	return err != nil || expiry < 2*(f.cell.Warmup+f.cell.Duration+sc.Drain+sc.Timeout)
}

// mostCalls adds every attempt of each request whose calls are not known: it was
// unanswered, refused without a word, accepted without saying how it was carried, or
// queued; all but the accepted once more for each further life of a process.
func (f *facts) mostCalls() uint64 {
	g := &f.cell.Generator
	all := uint64(f.run.Scenario.CallsPerRequest() * f.subject.Attempts())
	lives := 1 + uint64(f.cell.Server.Killed)
	if f.cell.Server.Resumed != nil {
		lives++
	}
	return g.Calls + (g.Accepted+(g.Unanswered+g.Unreported+g.Queued)*lives)*all
}

func callsSeen(c *record.Cell) (n uint64) {
	for _, p := range c.Providers.Providers {
		n += p.Calls
	}
	return n
}
