package claim

import (
	"fmt"

	"github.com/notifybench/notifybench/internal/metric"
	"github.com/notifybench/notifybench/internal/record"
)

// alikeCalls is how much more provider calls per request a row may make than another,
// and still have done the same work; as in package metric.
const alikeCalls = 1.01

// unequal says that two rows surely did unequal work: the requests that nobody waited
// for any more, whose calls are not known, do not explain it. Metrics that count calls
// or what became of requests are exempt: more work for more of it is what they show.
func (l look) unequal(a, b *metric.Row) absence {
	if countsWork(l.metric) {
		return absence{}
	}
	x, okX := l.callsOf(a)
	y, okY := l.callsOf(b)
	if !okX || !okY || x.lo <= alikeCalls*y.hi && y.lo <= alikeCalls*x.hi {
		return absence{}
	}
	return absence{UnequalWork, fmt.Sprintf("unequal work: %s of %s, %s of %s, per notification that ended well",
		perRequest(x), a.Subject, perRequest(y), b.Subject)}
}

func countsWork(m metric.Metric) bool {
	switch m.ID {
	case metric.Errors, metric.Partial:
		return true
	}
	return m.Unit == metric.Calls || m.Unit == metric.Requests
}

func perRequest(calls span) string {
	if calls.known() {
		return metric.Calls.Format(calls.lo)
	}
	return between(metric.Calls.Format, calls.lo, calls.hi)
}

// callsOf bounds the provider calls of a row for each request that ended well.
func (b *bench) callsOf(r *metric.Row) (span, bool) {
	var seen, unknown, good float64
	for i := range b.run.Cells {
		c := &b.run.Cells[i]
		if c.Subject != r.Subject || c.Load != r.Load || c.Status != record.StatusOK || b.invalid(i) {
			continue
		}
		g := &c.Generator
		if len(c.Providers.Providers) == 0 || g.WarmupGood == nil {
			return span{}, false
		}
		seen += float64(c.Providers.Calls())
		unknown += float64(g.Unanswered) * b.mostCalls(r.Subject)
		good += float64(*g.WarmupGood)
		for outcome, n := range g.Outcomes {
			if outcome.Good() {
				good += float64(n)
			}
		}
	}
	if good == 0 {
		return span{}, false
	}
	return span{max(0, seen-unknown) / good, seen / good}, true
}

func (b *bench) invalid(cell int) bool {
	return cell < len(b.summary.Cells) && b.summary.Cells[cell].Verdict.Level == metric.Invalid
}

// mostCalls is what one request of a row may cost the providers.
func (b *bench) mostCalls(subject string) float64 {
	attempts := 1
	for i := range b.run.Subjects {
		if s := &b.run.Subjects[i]; s.ID == subject {
			attempts = s.Attempts()
		}
	}
	return float64(b.run.Scenario.CallsPerRequest() * attempts)
}
