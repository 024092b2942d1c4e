package attack

import (
	"math"
	"slices"
	"sort"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/steady"
)

// maxErrors bounds how many different error messages are kept.
const maxErrors = 10

// maxProcesses bounds how many processes are told apart: a server may name itself
// anew with every answer.
const maxProcesses = 1024

// collector turns vegeta's results into requests, ticks and totals. It belongs
// to one goroutine.
type collector struct {
	pacer  *pacer
	slots  *slots
	zero   time.Time
	course *steady.Course
	out    *encoder
	gen    record.Generator
	errors map[string]uint64
	tick   record.Tick
	times  []time.Duration // response times of the tick's answered requests
	before [3]uint64       // scheduled, unsent, sent at the last tick
}

func newCollector(p *pacer, zero time.Time, window time.Duration, out *encoder) *collector {
	return &collector{
		pacer: p, slots: p.slots, zero: zero, course: steady.New(window), out: out, errors: map[string]uint64{},
		gen: record.Generator{
			Outcomes: map[record.Outcome]uint64{}, Codes: map[int]uint64{}, CallsKnown: true, WarmupGood: new(uint64),
		},
	}
}

// add takes one result.
func (c *collector) add(r *vegeta.Result) {
	s := c.slots.take(r.Seq)
	c.pacer.completed.Add(1)
	q := record.Request{
		Seq: r.Seq, Code: r.Code, Timestamp: r.Timestamp, Latency: r.Latency,
		BytesOut: uint64(s.bytesOut), BytesIn: uint64(s.bytesIn), Error: s.err,
		K: s.k, Outcome: s.outcome, Reported: s.sent,
		Queue: s.timing.queue, Providers: s.timing.providers, Timed: s.timing.known,
	}
	intended := q.Timestamp
	if !c.pacer.closed {
		intended = c.pacer.begin.Add(s.due)
		q.Lag = q.Timestamp.Sub(intended)
	}
	c.countCalls(s)
	c.countTick(&q)
	if intended.Before(c.zero) {
		c.gen.WarmupSent++
		if q.Outcome.Good() {
			*c.gen.WarmupGood++
		}
		if at := q.End().Sub(c.zero); at >= 0 {
			c.gen.WarmupLate = append(c.gen.WarmupLate, record.Late{At: at, Outcome: q.Outcome})
		}
		return
	}
	c.count(&q)
	if q.Outcome.Answered() {
		c.countProcess(s.timing.process)
	}
	c.out.add(q)
}

func (c *collector) countCalls(s slot) {
	switch {
	case !s.outcome.Answered():
		c.gen.Unanswered++
	case s.outcome == record.OutcomeQueued: // its calls are yet to come
		c.gen.Queued++
	case s.calls == unknownCalls:
		c.gen.CallsKnown = false
		if s.outcome.Good() || s.outcome == record.OutcomePartial {
			c.gen.Accepted++
		} else {
			c.gen.Unreported++
		}
	default:
		c.gen.Calls += uint64(s.calls)
	}
}

func (c *collector) count(q *record.Request) {
	c.gen.Sent++
	c.gen.Outcomes[q.Outcome]++
	c.gen.Codes[int(q.Code)]++
	c.gen.BytesOut += q.BytesOut
	c.gen.BytesIn += q.BytesIn
	if q.Error == "" {
		return
	}
	if _, known := c.errors[q.Error]; known || len(c.errors) < maxErrors {
		c.errors[q.Error]++
	}
}

// countProcess counts an answer for the process that says it gave it.
func (c *collector) countProcess(name string) {
	if name == "" {
		return
	}
	if _, known := c.gen.Processes[name]; !known {
		if len(c.gen.Processes) >= maxProcesses {
			return
		}
		if c.gen.Processes == nil {
			c.gen.Processes = map[string]uint64{}
		}
	}
	c.gen.Processes[name]++
}

func (c *collector) countTick(q *record.Request) {
	if q.Outcome.Good() {
		c.tick.Good++
	} else {
		c.tick.Bad++
	}
	if q.Outcome.Answered() {
		c.times = append(c.times, q.Response())
		c.course.Add(q.End().Sub(c.zero), q.Response())
	}
}

// cut ends the tick at time at and returns it.
func (c *collector) cut(at time.Time) record.Tick {
	t := c.tick
	t.At, t.InFlight = at.Sub(c.zero), c.pacer.inFlight()
	slices.Sort(c.times)
	t.P50, t.P99 = rank(c.times, 0.50), rank(c.times, 0.99)
	now := [3]uint64{c.pacer.scheduled.Load(), c.pacer.unsent.Load(), uint64(c.pacer.sent.Load())}
	t.Scheduled, t.Unsent, t.Sent = now[0]-c.before[0], now[1]-c.before[1], now[2]-c.before[2]
	c.before, c.tick, c.times = now, record.Tick{}, c.times[:0]
	return t
}

// rank is the order statistic at q, negative where there is none.
func rank(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return -time.Microsecond // the unit of the file
	}
	return sorted[int(math.Ceil(q*float64(len(sorted))))-1]
}

// total finishes the totals.
func (c *collector) total() *record.Generator {
	g := &c.gen
	g.Scheduled, g.Unsent = c.pacer.scheduled.Load(), c.pacer.unsent.Load()
	if c.pacer.closed {
		g.Scheduled = g.Sent
	}
	g.InFlightPeak = int(c.pacer.peak)
	halves := c.course.Halves()
	g.Halves = &halves
	for text, n := range c.errors {
		g.Errors = append(g.Errors, record.ErrorCount{Text: text, Count: n})
	}
	sort.Slice(g.Errors, func(i, j int) bool {
		a, b := g.Errors[i], g.Errors[j]
		return a.Count > b.Count || a.Count == b.Count && a.Text < b.Text
	})
	return g
}
