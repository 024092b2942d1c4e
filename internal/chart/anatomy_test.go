package chart

import (
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/metric/metrictest"
)

// extremes are rows whose parts lie five orders of magnitude apart: a queue of
// seconds, next to one of microseconds.
func extremes(t testing.TB) *Data {
	d := dataOf(t, metrictest.Fixture(6))[1]
	ns := func(d time.Duration) *float64 { v := float64(d); return &v }
	parts := func(n int, lag, queue *float64, providers, rest time.Duration) *metric.Parts {
		p := &metric.Parts{Requests: n, Lag: lag, Queue: queue, Providers: float64(providers), Rest: float64(rest)}
		for _, part := range p.List() {
			p.Total += part.NS
		}
		return p
	}
	const ms, us = time.Millisecond, time.Microsecond
	d.Rows[0].Anatomy = metric.Anatomy{Known: metric.KnownServer, Due: 1800, Answered: 1800,
		Mean:    parts(1800, ns(24*us), ns(12*us), 200*ms+180*us, 390*us),
		Slowest: parts(18, ns(94*us), ns(100*us), 201*ms, 3*ms)}
	d.Rows[3].Anatomy = metric.Anatomy{Known: metric.KnownServer, Due: 1800, Answered: 70, Growing: "backlog +289/s",
		Mean: parts(70, ns(20*us), ns(2150*ms), 350*ms+300*us, 600*us)}
	return d
}

// Small parts are not hidden: their numbers are written; what is not known is said.
func TestAnatomyWritesItsNumbers(t *testing.T) {
	checkSVG(t, drawTo(t, anatomy, "svg", extremes(t)),
		"mean 200.6 ms = lag 0.024 · queue 0.012 · providers 200.2 · rest 0.39",
		"mean 2,500.9 ms = lag 0.020 · queue 2,150.0 · providers 350.3 · rest 0.60", "slowest 1%: fewer than ten requests",
		"pool workers=4: of the 70 of 1,800 requests that were answered; backlog +289/s",
		"gin: the server gives no Server-Timing", "not installed: pip install flask gunicorn")
}
