package plan

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
	"github.com/notifybench/notifybench/internal/shape"
)

// kindRate is the kind of the offered rate, which the others are compared with.
const kindRate = "rate"

// ceiling is one kind of bound: the rate it allows at a moment and why; none
// where ok is false.
type ceiling struct {
	kind string
	of   func(moment) (rate float64, why string, ok bool)
}

// kinds lists every kind of ceiling known before a run.
func kinds() []ceiling {
	return []ceiling{
		{"connections", connectionsBound},
		{kindRate, rateBound},
		{"workers", workersBound},
		{"client-pool", clientPoolBound},
		{"cores", coresBound},
		{"provider", providerBound},
	}
}

// ceilingsOf lists the a-priori ceilings of a row under a load, lowest first.
func ceilingsOf(behaviours []moment, load *scenario.Load) []record.Ceiling {
	moments := crossings(behaviours, load)
	out := []record.Ceiling{}
	for _, k := range kinds() {
		if c, ok := k.over(moments); ok {
			out = append(out, c)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Rate < out[j].Rate })
	return out
}

// perSecond is how many requests a second n places carry that a request holds
// for so long; not ok where nothing is held for any time.
func perSecond(n int, held time.Duration) (rate float64, ok bool) {
	if n == 0 || held <= 0 {
		return 0, false
	}
	return float64(n) / held.Seconds(), true
}

func connectionsBound(m moment) (rate float64, why string, ok bool) {
	n, _ := shape.Closed(m.load.Shape) // of an open loop: 0
	rate, ok = perSecond(n, m.req.total())
	return rate, fmt.Sprintf("%s / %s = %s req/s", count(n, "connection"), m.req.in(), number(rate)), ok
}

// rateBound of a moment is the mean over it, with the peak where that is higher.
func rateBound(m moment) (rate float64, why string, ok bool) {
	if _, closed := shape.Closed(m.load.Shape); closed || m.load.Search != nil {
		return 0, "", false
	}
	due := func(t time.Duration) float64 { return shape.MeanRate(m.load.Shape, t) * t.Seconds() }
	rate = (due(m.to) - due(m.from)) / (m.to - m.from).Seconds()
	if peak := m.peak(); peak > 1.01*rate {
		return rate, fmt.Sprintf("offered %s req/s on average, %s at the peak", number(rate), number(peak)), true
	}
	return rate, fmt.Sprintf("offered %s req/s", number(rate)), true
}

// peak is the highest rate offered in a moment.
func (m moment) peak() (highest float64) {
	if m.from == 0 && m.to == m.plan.Scenario.Duration {
		return shape.PeakRate(m.load.Shape, m.to)
	}
	const steps = 2000
	for i := range steps {
		t := m.from + time.Duration(float64(m.to-m.from)*float64(i)/steps)
		highest = max(highest, m.load.Shape.Rate(t))
	}
	return highest
}

func workersBound(m moment) (rate float64, why string, ok bool) {
	n := m.row.Resolved.Blocking
	rate, ok = perSecond(n, m.req.total())
	return rate, fmt.Sprintf("%s / %s = %s req/s", count(n, "worker"), m.req.in(), number(rate)), ok
}

// clientPoolBound: a connection carries one call at a time. Where all providers
// share them, a request holds one for the sum of its calls; else the slowest
// provider's bind.
func clientPoolBound(m moment) (rate float64, why string, ok bool) {
	pool := m.row.Resolved.ClientPool * m.row.Resolved.Processes
	if m.row.Resolved.Settings["session"] == contract.SessionPerRequest {
		return 0, "", false // each request brings its own
	}
	if m.row.Resolved.Server.PoolPer == server.PerServer {
		return sharedPool(pool, m.req.calls)
	}
	for _, c := range m.req.calls {
		held, in := c.held(c.mean)
		if r, found := perSecond(pool, held); found && (!ok || r < rate) {
			why = fmt.Sprintf("%s to the %s provider / %s = %s req/s",
				count(pool, "connection"), c.channel, in, number(r))
			rate, ok = r, true
		}
	}
	return rate, why, ok
}

// sharedPool is "100 connections to the providers / (200ms + 150ms) = 286 req/s".
func sharedPool(pool int, calls []call) (rate float64, why string, ok bool) {
	var sum time.Duration
	parts := make([]string, len(calls))
	for i, c := range calls {
		held, in := c.held(c.mean)
		sum, parts[i] = sum+held, in
	}
	held := strings.Join(parts, " + ")
	if len(parts) > 1 {
		held = "(" + held + ")"
	}
	rate, ok = perSecond(pool, sum)
	return rate, fmt.Sprintf("%s to the providers / %s = %s req/s", count(pool, "connection"), held, number(rate)), ok
}

// coresBound: the work of a request keeps one core busy for as long as it takes. A
// row that queues may do it after its answer.
func coresBound(m moment) (rate float64, why string, ok bool) {
	if m.row.Resolved.Queues() {
		return 0, "", false
	}
	work, cores := m.row.Resolved.Duration("work"), m.plan.serverCores()
	rate, ok = perSecond(cores, work)
	return rate, fmt.Sprintf("%s / %s of work = %s req/s", count(cores, "core"), format(work), number(rate)), ok
}

// providerBound is the lowest limit of a provider that serves so many calls at once.
func providerBound(m moment) (rate float64, why string, ok bool) {
	for _, c := range m.req.calls {
		held, in := c.held(c.served)
		if r, found := perSecond(c.servers, held); found && (!ok || r < rate) {
			why = fmt.Sprintf("%s of the %s provider / %s = %s req/s",
				count(c.servers, "server"), c.channel, in, number(r))
			rate, ok = r, true
		}
	}
	return rate, why, ok
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func count(n int, word string) string { return fmt.Sprintf("%d %s", n, plural(n, word)) }

// format shows a duration to a tenth of a millisecond.
func format(d time.Duration) string { return d.Round(100 * time.Microsecond).String() }

// number shows a rate with as many digits as are worth reading.
func number(rate float64) string {
	switch {
	case rate < 100:
		return fmt.Sprintf("%.1f", rate)
	default:
		return fmt.Sprintf("%.0f", rate)
	}
}
