package run

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

// Names of gauges of the service.
const (
	gaugeDepth = "notify_queue_depth"       // accepted and not done
	gaugeAge   = "notify_queue_age_seconds" // of the oldest of them
)

const (
	queueEvery = 250 * time.Millisecond // between two looks
	emptyPoll  = 50 * time.Millisecond  // the same, while waiting for an empty queue
	emptyLooks = 10                     // that must find nothing, one after the other: each may be of another process
	maxMetrics = 1 << 20                // bytes of an answer that are read
)

// queueState is one look at a queue.
type queueState struct {
	depth uint64
	age   time.Duration
	aged  bool // the age is known
}

// errNoQueue is returned where a server does not say how long its queue is.
var errNoQueue = errors.New("the server does not say how long its queue is")

// readQueue reads the queue out of an answer in Prometheus's text format. What a
// gauge says with several labels adds up; the oldest is the oldest of all.
func readQueue(from io.Reader) (q queueState, err error) {
	lines := bufio.NewScanner(io.LimitReader(from, maxMetrics))
	found := false
	for lines.Scan() {
		name, value, ok := readGauge(lines.Text())
		switch {
		case !ok || value < 0:
		case name == gaugeDepth:
			q.depth, found = q.depth+uint64(value), true
		case name == gaugeAge:
			q.age, q.aged = max(q.age, time.Duration(value*float64(time.Second))), true
		}
	}
	if err := lines.Err(); err != nil {
		return queueState{}, fmt.Errorf("read %s: %w", contract.PathMetrics, err)
	}
	if !found {
		return queueState{}, errNoQueue
	}
	return q, nil
}

// maxGauge is more than any gauge of ours says; a value beyond it is none.
const maxGauge = 1e9

// readGauge reads a line such as `name{label="x"} 12.5`.
func readGauge(line string) (name string, value float64, ok bool) {
	end := strings.IndexAny(line, "{ ")
	if end < 1 || line[0] == '#' {
		return "", 0, false
	}
	name, rest := line[:end], line[end:]
	if i := strings.LastIndexByte(rest, '}'); i >= 0 {
		rest = rest[i+1:]
	}
	fields := strings.Fields(rest) // a time stamp may follow
	if len(fields) == 0 {
		return "", 0, false
	}
	value, err := strconv.ParseFloat(fields[0], 64)
	return name, value, err == nil && value <= maxGauge // false of NaN as well
}

// askQueue asks once, on a connection of its own.
func (s *subject) askQueue(ctx context.Context) (q queueState, err error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+contract.PathMetrics, nil)
	if err != nil {
		return q, err
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return q, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return q, fmt.Errorf("%w: %s says %s", errNoQueue, contract.PathMetrics, resp.Status)
	}
	return readQueue(resp.Body)
}

// watchQueue looks at the queue from zero on, for as long as the window lasts, until
// the returned function is called, which says what was seen; nil: nothing.
func (s *subject) watchQueue(ctx context.Context, zero time.Time, window time.Duration) func() *record.Queue {
	ctx, cancel := context.WithDeadline(ctx, zero.Add(window))
	done := make(chan *record.Queue, 1)
	go func() {
		var seen *record.Queue
		defer func() { done <- seen }()
		if sleep(ctx, time.Until(zero)) != nil {
			return
		}
		tick := time.NewTicker(queueEvery)
		defer tick.Stop()
		for ctx.Err() == nil {
			if q, err := s.askQueue(ctx); err == nil {
				seen = addLook(seen, q)
			}
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	}()
	return func() *record.Queue {
		cancel()
		return <-done
	}
}

// addLook adds a look to those before it.
func addLook(seen *record.Queue, q queueState) *record.Queue {
	if seen == nil {
		seen = &record.Queue{First: q.depth}
	}
	seen.Looks++
	seen.Peak, seen.Last = max(seen.Peak, q.depth), q.depth
	if q.aged && (seen.Oldest == nil || *seen.Oldest < q.age) {
		seen.Oldest = &q.age
	}
	return seen
}

// waitEmpty waits until every look for a while has found the queue empty.
func (s *subject) waitEmpty(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	last := errors.New("nothing was said in time")
	for empty := 0; empty < emptyLooks; {
		q, err := s.askQueue(ctx)
		switch {
		case errors.Is(err, errNoQueue):
			return err
		case err != nil:
			empty = 0
		case q.depth > 0:
			empty, last = 0, fmt.Errorf("%d notifications were still there", q.depth)
		default:
			empty++
		}
		if sleep(ctx, emptyPoll) != nil {
			return fmt.Errorf("the queue was not empty after %v: %w", limit, last)
		}
	}
	return nil
}
