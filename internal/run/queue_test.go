package run

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/record"
)

func TestReadQueue(t *testing.T) {
	for text, want := range map[string]*queueState{
		"# HELP notify_queue_depth x\n# TYPE notify_queue_depth gauge\nnotify_queue_depth 812\nnotify_queue_age_seconds 3.9\n": {812, 3900 * time.Millisecond, true},
		"notify_queue_depth{process=\"a b}\"} 2 1700000000\nnotify_queue_depth{process=\"2\"} 3\nother 7\n":                    {depth: 5},
		"notify_queue_depth 1e3\nnotify_queue_age_seconds NaN\n":                                                               {depth: 1000},
		"notify_queue_depth_max 3\n":  nil,
		"notify_queue_depth\n":        nil,
		"notify_queue_depth -1\n":     nil,
		"notify_queue_depth 1e300\n":  nil,
		"# notify_queue_depth 3\n":    nil,
		"":                            nil,
		strings.Repeat("x", 1<<17):    nil,
		" notify_queue_depth 3\n{} 4": nil,
	} {
		got, err := readQueue(strings.NewReader(text))
		if want == nil {
			if err == nil {
				t.Errorf("%.60q: %+v", text, got)
			}
			continue
		}
		if err != nil || got != *want {
			t.Errorf("%.60q: %+v, %v; want %+v", text, got, err, *want)
		}
	}
}

func FuzzReadQueue(f *testing.F) {
	f.Add("notify_queue_depth{a=\"b\"} 3\nnotify_queue_age_seconds 0.5\n")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := readQueue(strings.NewReader(text))
		if q.age < 0 || err != nil && q != (queueState{}) {
			t.Errorf("%+v, %v", q, err)
		}
	})
}

// Whatever else a log says, the reports of its processes add up, and only they.
func TestDrainsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var log strings.Builder
		var want *record.Drain
		for range rapid.IntRange(0, 6).Draw(t, "lines") {
			d := record.Drain{Drained: rapid.Uint64Range(0, 1000).Draw(t, "drained"),
				Persisted: rapid.Uint64Range(0, 1000).Draw(t, "persisted"), Dropped: rapid.Uint64Range(0, 1000).Draw(t, "dropped")}
			line := fmt.Sprintf("time=2026-01-01T00:00:00Z level=INFO msg=drained process=2 drained=%d persisted=%d dropped=%d",
				d.Drained, d.Persisted, d.Dropped)
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				if want == nil {
					want = &record.Drain{}
				}
				want.Drained, want.Persisted, want.Dropped = want.Drained+d.Drained, want.Persisted+d.Persisted, want.Dropped+d.Dropped
			case 1:
				line = strings.Replace(line, "msg=drained", "msg=draining", 1)
			case 2:
				line = strings.Replace(line, " dropped=", " drop=", 1)
			case 3:
				line += strings.Repeat(" and so on", 1000)
			}
			log.WriteString(line + "\n")
		}
		got, err := readDrains(strings.NewReader(log.String()))
		if err != nil || (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Fatalf("%+v, %v; want %+v of\n%s", got, err, want, log.String())
		}
	})
}

func FuzzReadDrain(f *testing.F) {
	f.Add("level=INFO msg=drained drained=3 persisted=2 dropped=0")
	f.Add("msg=drained drained=-1 persisted=18446744073709551616 dropped=")
	f.Fuzz(func(t *testing.T, line string) {
		if d, ok := readDrain(line); ok && (!strings.Contains(line, "msg=drained") || d.Drained > maxDrained) {
			t.Errorf("%q: %+v", line, d)
		}
	})
}

// queueing is a server whose queue gets shorter with every look.
func queueing(t *testing.T, left int64, looked ...func()) *subject {
	t.Helper()
	var n atomic.Int64
	n.Store(left)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, f := range looked {
			f()
		}
		if left < 0 {
			http.NotFound(w, nil)
			return
		}
		fmt.Fprintf(w, "notify_queue_depth %d\nnotify_queue_age_seconds 1.5\n", max(0, n.Add(-1)))
	}))
	t.Cleanup(srv.Close)
	return &subject{url: srv.URL}
}

func TestWaitForAnEmptyQueue(t *testing.T) {
	if err := queueing(t, 5).waitEmpty(t.Context(), time.Minute); err != nil {
		t.Error(err)
	}
	if err := queueing(t, 1_000_000).waitEmpty(t.Context(), 50*time.Millisecond); err == nil {
		t.Error("a long queue is waited for without a limit")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var looks atomic.Int64
	err := queueing(t, 1_000_000, func() {
		if looks.Add(1) == 3 {
			cancel()
		}
	}).waitEmpty(ctx, time.Minute)
	if err == nil || !strings.Contains(err.Error(), "notifications were still there") {
		t.Errorf("of a long queue: %v", err)
	}
	if err := queueing(t, -1).waitEmpty(t.Context(), time.Minute); !errors.Is(err, errNoQueue) {
		t.Errorf("of none: %v", err)
	}
	if err := queueing(t, 1_000_000).waitEmpty(ctx, time.Minute); err == nil {
		t.Error("a stopped run waits on")
	}
}

func TestWatchedQueueHasAPeak(t *testing.T) {
	seen := make(chan struct{}, 100)
	s := queueing(t, 100, func() { seen <- struct{}{} })
	stop := s.watchQueue(t.Context(), time.Now(), time.Minute)
	<-seen
	<-seen
	<-seen // two looks are over
	q := stop()
	if q == nil || q.Looks < 2 || q.First != 99 || q.Peak != 99 || q.Last != q.First-uint64(q.Looks)+1 || q.Oldest == nil || *q.Oldest != 1500*time.Millisecond {
		t.Errorf("%+v", q)
	}
	if q := queueing(t, -1).watchQueue(t.Context(), time.Now(), 10*time.Millisecond)(); q != nil {
		t.Errorf("of a server without a queue: %+v", q)
	}
}

// A row that queues has its drain to end, and a little more; another as ever.
func TestEndLimit(t *testing.T) {
	for set, want := range map[string]time.Duration{
		"": stopLimit, "mode: queued": stopLimit + drainMargin, "mode: queued, drain: 20s": 20*time.Second + drainMargin,
		"drain: 20s": stopLimit, "shutdown_grace: 1s": stopLimit + time.Second,
		"mode: queued, drain: 20s, shutdown_grace: 3s": 23*time.Second + drainMargin,
	} {
		if got := endLimit(&homely(t, set).Rows[0]); got != want {
			t.Errorf("%q: %v, want %v", set, got, want)
		}
	}
}
