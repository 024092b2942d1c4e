package selftest

import (
	"context"
	"fmt"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// The freezes show coordinated omission, and that we do not commit it. Our
// generator never queues a send behind a busy connection: it opens another. So
// while the target is frozen every request that falls due is sent on time and
// waits, in response time and in service time alike; what shows in response time
// only is a freeze of the generator itself. One connection in a closed loop sees
// either freeze once, however many requests would have come in that time.
var freezeCheck = Check{
	ID: "freezes", Doc: "200 ms in which target or generator stands still, in open and closed loop",
	run: func(ctx context.Context, b *bench) (rows []Row, err error) {
		for _, f := range freezeCases() {
			out, err := b.fire(ctx, volley{
				shape: f.shape, warmup: 500 * time.Millisecond, duration: b.long(4*time.Second, 2*time.Second), frozen: f.frozen,
			})
			if err != nil {
				return rows, err
			}
			rows = append(rows, f.judge(b, &out)...)
		}
		return rows, nil
	},
}

type freezeCase struct {
	shape, frozen string
	judge         func(*bench, *outcome) []Row
}

func freezeCases() []freezeCase {
	return []freezeCase{
		{fmt.Sprintf("%d/s", freezeRate), "target", (*bench).judgeTargetFrozen},
		{"{closed: {connections: 1}}", "target", (*bench).judgeClosedLoop},
		{fmt.Sprintf("%d/s", freezeRate), "generator", (*bench).judgeGeneratorFrozen},
	}
}

const (
	freezeRate = 500 // per second: few enough that what was held up is soon worked off
	// shows is the time from which a request shows the freeze. What falls due in
	// its last moments waits too briefly to be told from the rest.
	shows = 50 * time.Millisecond
	// after is how long what was held up takes to be worked off.
	after = 50 * time.Millisecond
)

// expected is how many requests of an open loop show a freeze.
func (out *outcome) expected() float64 {
	return freezeRate * (out.to.Sub(out.from) - shows).Seconds()
}

// count counts requests of which it is so.
func (out *outcome) count(so func(*record.Request) bool) (n float64) {
	for i := range out.requests {
		if so(&out.requests[i]) {
			n++
		}
	}
	return n
}

// stood says whether a request fell due in the freeze.
func (out *outcome) stood(q *record.Request) bool {
	due := q.Timestamp.Add(-q.Lag)
	return !due.Before(out.from) && due.Before(out.to)
}

// near says whether a request fell due in the freeze or before all was worked off.
func (out *outcome) near(q *record.Request) bool {
	due := q.Timestamp.Add(-q.Lag)
	return due.After(out.from.Add(-shows)) && due.Before(out.to.Add(after))
}

// mean is the mean of a time over the requests that fell due in the freeze.
func (out *outcome) mean(of func(*record.Request) time.Duration) float64 {
	var sum time.Duration
	n := 0
	for i := range out.requests {
		if q := &out.requests[i]; out.stood(q) {
			sum += of(q)
			n++
		}
	}
	return float64(sum) / float64(max(n, 1))
}

func slowResponse(q *record.Request) bool { return q.Response() >= shows }
func slowService(q *record.Request) bool  { return q.Latency >= shows }

// judgeOpen is what a freeze does to the response times of an open loop, whoever
// is frozen.
func (b *bench) judgeOpen(who string, out *outcome) []Row {
	expected, half := out.expected(), float64(out.to.Sub(out.from))/2
	elsewhere := out.count(func(q *record.Request) bool { return slowResponse(q) && !out.near(q) })
	return []Row{
		b.judge(who+" frozen, open loop: response times that show it", Requests,
			Reading{expected, out.count(slowResponse), expected / 10}, expected/2),
		b.judge(who+" frozen, open loop: those outside the freeze", Requests,
			Reading{0, elsewhere, float64(len(out.requests)) / 1000}, float64(len(out.requests))/10),
		b.judge(who+" frozen, open loop: mean response time in it", Nanoseconds,
			Reading{half, out.mean((*record.Request).Response), half / 5}, half/2), // a burst takes its time
	}
}

func (b *bench) judgeTargetFrozen(out *outcome) []Row { return b.judgeOpen("target", out) }

// judgeClosedLoop shows the omission: one request where an open loop has hundreds.
func (b *bench) judgeClosedLoop(out *outcome) []Row {
	const long = freezeLength * 3 / 4
	n := out.count(func(q *record.Request) bool { return q.Latency >= long })
	return []Row{b.reading("target frozen, closed loop, 1 connection: service times that show it", Requests, 1, n, 0)}
}

// judgeGeneratorFrozen: what was under way when it was stopped may show in
// service time, at most a few.
func (b *bench) judgeGeneratorFrozen(out *outcome) []Row {
	lag := func(q *record.Request) time.Duration { return q.Lag }
	half := float64(out.to.Sub(out.from)) / 2
	return append(b.judgeOpen("generator", out),
		b.judge("generator frozen, open loop: mean send lag in it", Nanoseconds,
			Reading{half, out.mean(lag), half / 10}, half/2),
		b.judge("generator frozen, open loop: service times that show it", Requests,
			Reading{0, out.count(slowService), 3}, out.expected()/4),
	)
}
