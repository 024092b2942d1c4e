package gatetest

import (
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/gate"
	"github.com/notifybench/notifybench/internal/stats"
)

// Reached says whether a target is, by the bound of the interval and not by the rate.
type Reached string

// What may be said of a target.
const (
	Yes      Reached = "reached"
	No       Reached = "not reached"
	NotKnown Reached = "not known"
)

// Target is what the gate promises of itself, and what was found.
type Target struct {
	Name    string  `json:"name"`
	Of      string  `json:"of"` // the injection
	Limit   float64 `json:"limit"`
	AtLeast bool    `json:"at_least"` // otherwise: at most
	Seconds bool    `json:"seconds"`  // otherwise: a share of the gates
	// Value and Interval are absent where nothing was measured.
	Value    *float64        `json:"value,omitempty"`
	Interval *stats.Interval `json:"interval,omitempty"`
	Verdict  Reached         `json:"verdict"`
	// Notes say what was really injected, and where the target is not reached what is, and what it would take.
	Notes []string `json:"notes,omitempty"`
}

// goal is a target before anything is known.
type goal struct {
	name    string
	of      Injection
	metric  string // that is to find it; empty: the gate as a whole
	limit   float64
	atLeast bool
	seconds bool
	value   func(*Row) (float64, stats.Interval)
}

// inconclusiveLimit is the share of A/A that may end without a verdict.
const inconclusiveLimit = 0.10

// The longest that a pass may take: half of them, and any.
const (
	medianPass = 150 * time.Second
	anyPass    = 390 * time.Second
)

// goals lists all of them. What a metric finds counts as if it were alone, since a red of
// another one ends the gate first: more CPU a request is seen in the CPU before the throughput.
func goals(p gate.Policy) []goal {
	alike := Injection{Kind: None}
	atMost := func(name string, limit float64, of func(*Rates) Rate) goal {
		return goal{name: name, of: alike, limit: limit, value: func(r *Row) (float64, stats.Interval) {
			rate := of(r.Rates)
			return rate.Share, rate.Interval
		}}
	}
	finds := func(name string, of Injection, metric string, limit float64) goal {
		return goal{name: name, of: of, metric: metric, limit: limit, atLeast: true}
	}
	passes := func(name string, limit time.Duration, of func(*Spread) (float64, stats.Interval)) goal {
		return goal{name: name, of: alike, limit: limit.Seconds(), seconds: true, value: func(r *Row) (float64, stats.Interval) {
			return of(r.Passed)
		}}
	}
	return []goal{
		atMost("A/A called worse", 0.01, func(r *Rates) Rate { return r.Red }),
		atMost("A/A inconclusive", inconclusiveLimit, func(r *Rates) Rate { return r.Inconclusive }),
		finds("+5% CPU per request found", Injection{Work, CPU, 0.05}, CPU, 0.90),
		finds("+10% CPU per request found", Injection{Work, CPU, 0.10}, CPU, 0.99),
		finds("+10% median latency found", Injection{Hold, Median, 0.10}, Median, 0.95),
		finds("+10% CPU found by throughput", Injection{Work, CPU, 0.10}, Throughput, 0.95),
		finds("+20% p99 latency found by "+Tail(p), Injection{Hold, Tail(p), 0.20}, Tail(p), 0.80),
		finds("+5% memory found", Injection{Ballast, Memory, 0.05}, Memory, 0.95),
		passes("median time of a pass", medianPass, func(s *Spread) (float64, stats.Interval) { return s.Median, s.Interval }),
		passes("longest time of a pass", anyPass, func(s *Spread) (float64, stats.Interval) {
			return s.Max, stats.Interval{Lo: s.Max, Hi: s.Max}
		}),
	}
}

// targets judges all goals.
func (r *Result) targets() []Target {
	var all []Target
	for _, g := range goals(r.Policy) {
		all = append(all, r.target(g))
	}
	return all
}

func (r *Result) target(g goal) Target {
	t := Target{Name: g.name, Of: g.of.String(), Limit: g.limit, AtLeast: g.atLeast, Seconds: g.seconds, Verdict: NotKnown}
	row := r.row(g.of)
	switch {
	case row == nil:
		t.Notes = []string{"not measured"}
		return t
	case row.Rates == nil:
		t.Notes = []string{row.Why}
		return t
	case g.seconds && row.Passed == nil:
		t.Notes = []string{"no gate passed"}
		return t
	}
	if g.metric != "" {
		m := row.Of(g.metric)
		if m == nil || m.Alone == nil {
			t.Notes = []string{g.metric + " is not in the policy"}
			return t
		}
		t.Value, t.Interval = &m.Alone.Share, &m.Alone.Interval
	} else {
		v, i := g.value(row)
		t.Value, t.Interval = &v, &i
	}
	t.Verdict = reached(*t.Interval, g.limit, g.atLeast)
	t.Notes = append(r.notes(g, row, t.Verdict), r.carriedOut(g)...)
	if valid := row.Blocks - row.Rejected; valid < row.Wanted {
		t.Verdict = NotKnown
		t.Notes = append(t.Notes, fmt.Sprintf("%d of %d blocks so far: what is rarer than one in these is in none of them, and in no interval", valid, row.Wanted))
	}
	return t
}

// reached compares the whole interval with the limit.
func reached(i stats.Interval, limit float64, atLeast bool) Reached {
	if atLeast { // the mirror image
		i, limit = stats.Interval{Lo: -i.Hi, Hi: -i.Lo}, -limit
	}
	switch {
	case i.Hi <= limit:
		return Yes
	case i.Lo > limit:
		return No
	}
	return NotKnown
}

// row is that of an injection; nil: there is none.
func (r *Result) row(i Injection) *Row {
	for k := range r.Rows {
		if r.Rows[k].Injection == i {
			return &r.Rows[k]
		}
	}
	return nil
}
