package plan

import (
	"fmt"
	"sort"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/shape"
)

// request is what one request of a row is expected to take.
type request struct {
	path time.Duration // mean of the provider path
	own  time.Duration // work and hold
}

func (r request) total() time.Duration { return r.path + r.own }

// in is the service time in words: "350ms", or "(50ms + 10ms)" with its own part.
func (r request) in() string {
	if r.own == 0 {
		return format(r.path)
	}
	return fmt.Sprintf("(%s + %s)", format(r.path), format(r.own))
}

// ceiling is one kind of bound: the rate it allows and why; none where ok is
// false.
type ceiling struct {
	kind string
	of   func(*Plan, *Row, *scenario.Load, request) (rate float64, why string, ok bool)
}

// kinds lists every kind of ceiling known before a run.
func kinds() []ceiling {
	return []ceiling{
		{"connections", connectionsBound},
		{"rate", rateBound},
		{"workers", workersBound},
		{"client-pool", clientPoolBound},
		{"cores", coresBound},
	}
}

// bound lists the a-priori ceilings of a row under a load, lowest first.
func (p *Plan) bound(row *Row, load *scenario.Load) []record.Ceiling {
	req := p.request(row)
	out := []record.Ceiling{}
	for _, b := range kinds() {
		if rate, why, ok := b.of(p, row, load, req); ok {
			out = append(out, record.Ceiling{Kind: b.kind, Rate: rate, Why: why})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Rate < out[j].Rate })
	return out
}

// request integrates the provider path: one after the other the calls add up,
// together the slowest counts.
func (p *Plan) request(row *Row) request {
	var dists []latency.Dist
	var sum time.Duration
	for _, provider := range p.Scenario.Providers {
		dists = append(dists, provider.Latency)
		sum += latency.Mean(provider.Latency)
	}
	r := request{own: row.Resolved.Duration("work") + row.Resolved.Duration("hold")}
	switch {
	case row.Resolved.Fanout == contract.FanoutSequential:
		r.path = sum
	default:
		r.path = latency.MeanOfMax(dists...)
	}
	return r
}

func connectionsBound(_ *Plan, _ *Row, load *scenario.Load, req request) (float64, string, bool) {
	n, closed := shape.Closed(load.Shape)
	if !closed || req.total() == 0 {
		return 0, "", false
	}
	rate := float64(n) / req.total().Seconds()
	return rate, fmt.Sprintf("%d connections / %s = %s req/s", n, req.in(), number(rate)), true
}

func rateBound(p *Plan, _ *Row, load *scenario.Load, _ request) (float64, string, bool) {
	if _, closed := shape.Closed(load.Shape); closed || load.Search != nil {
		return 0, "", false
	}
	rate, peak := shape.MeanRate(load.Shape, p.Scenario.Duration), shape.PeakRate(load.Shape, p.Scenario.Duration)
	if peak > 1.01*rate {
		return rate, fmt.Sprintf("offered %s req/s on average, %s at the peak", number(rate), number(peak)), true
	}
	return rate, fmt.Sprintf("offered %s req/s", number(rate)), true
}

func workersBound(_ *Plan, row *Row, _ *scenario.Load, req request) (float64, string, bool) {
	n := row.Resolved.Blocking
	if n == 0 || req.total() == 0 {
		return 0, "", false
	}
	rate := float64(n) / req.total().Seconds()
	return rate, fmt.Sprintf("%d workers / %s = %s req/s", n, req.in(), number(rate)), true
}

// clientPoolBound: each provider's connections carry one call at a time.
func clientPoolBound(p *Plan, row *Row, _ *scenario.Load, _ request) (rate float64, why string, ok bool) {
	pool := row.Resolved.ClientPool * row.Resolved.Processes
	if row.Resolved.Settings["session"] == contract.SessionPerRequest {
		return 0, "", false // each request brings its own
	}
	for _, provider := range p.Scenario.Providers {
		mean := latency.Mean(provider.Latency)
		if pool == 0 || mean == 0 {
			continue
		}
		if r := float64(pool) / mean.Seconds(); !ok || r < rate {
			why = fmt.Sprintf("%d connections to the %s provider / %s = %s req/s",
				pool, provider.Channel, format(mean), number(r))
			rate, ok = r, true
		}
	}
	return rate, why, ok
}

// coresBound: the work of a request keeps one core busy for as long as it takes.
func coresBound(p *Plan, row *Row, _ *scenario.Load, _ request) (float64, string, bool) {
	work := row.Resolved.Duration("work")
	if work == 0 {
		return 0, "", false
	}
	cores := p.serverCores()
	rate := float64(cores) / work.Seconds()
	return rate, fmt.Sprintf("%s / %s of work = %s req/s", count(cores, "core"), format(work), number(rate)), true
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
