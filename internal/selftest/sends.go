package selftest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/stats"
)

var sendCheck = Check{
	ID: "sends", Doc: "lateness of the generator's sends, by its own record and by the arrivals at its target",
	run: func(ctx context.Context, b *bench) ([]Row, error) {
		out, err := b.fire(ctx, volley{
			shape: fmt.Sprintf("%d/s", sendRate), warmup: 500 * time.Millisecond,
			duration: b.long(10*time.Second, 2*time.Second),
		})
		if err != nil {
			return nil, err
		}
		return b.judgeSends(&out), nil
	},
}

const (
	sendRate             = 3000                                         // per second
	sendLimit, grossSend = 2 * time.Millisecond, 200 * time.Millisecond // of the 99th percentile
)

// judgeSends compares the intended times with the sends and with the arrivals.
func (b *bench) judgeSends(out *outcome) []Row {
	own, seen, lost := out.lags()
	rows := []Row{
		b.reading("arrived of those recorded as sent", Requests, float64(len(own)), float64(len(own)-lost), 0),
		b.reading("unsent", Requests, 0, float64(out.totals.Unsent), 0),
	}
	for _, by := range []struct {
		name string
		lags []time.Duration
	}{{"by its own record", own}, {"by arrival at the target", seen}} {
		slices.Sort(by.lags)
		p99, ok := stats.Quantile(by.lags, .99)
		name := fmt.Sprintf("%d req/s, p99 %s", sendRate, by.name)
		if !ok {
			rows = append(rows, Row{Case: name, Problem: fmt.Sprintf("only %d requests", len(by.lags))})
			continue
		}
		rows = append(rows, b.judge(name, Nanoseconds, Reading{0, float64(p99), float64(sendLimit)}, float64(grossSend)))
	}
	return rows
}

// lags are the sends' and the arrivals' distance from the intended time, and how
// many requests never arrived.
func (out *outcome) lags() (own, seen []time.Duration, lost int) {
	arrived := make(map[uint64]int64, len(out.arrivals))
	for _, a := range out.arrivals {
		if a.K >= 0 {
			arrived[uint64(a.K)] = a.At
		}
	}
	for i := range out.requests {
		q := &out.requests[i]
		own = append(own, q.Lag)
		at, ok := arrived[q.K]
		if !ok {
			lost++
			continue
		}
		intended := q.Timestamp.Add(-q.Lag)
		seen = append(seen, time.Duration(at-intended.UnixNano()))
	}
	return own, seen, lost
}
