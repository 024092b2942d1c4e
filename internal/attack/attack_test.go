package attack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// good is the answer a right server gives to any of our notifications.
const good = `{"id":"1","status":"sent","channels":{"email":{"status":"sent","attempts":1}}}`

// target is a server that remembers every k and hands each request to answer.
type target struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[uint64]int
}

func newTarget(t *testing.T, answer http.HandlerFunc) *target {
	t.Helper()
	tg := newIdleTarget(t, answer)
	tg.Start()
	return tg
}

// newIdleTarget is newTarget before it is started.
func newIdleTarget(t *testing.T, answer http.HandlerFunc) *target {
	t.Helper()
	tg := &target{seen: map[uint64]int{}}
	tg.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n contract.Notification
		if err := json.NewDecoder(r.Body).Decode(&n); err != nil {
			t.Errorf("body: %v", err)
		}
		k, ok := contract.ParseTag(n.Subject)
		if k2, ok2 := contract.ParseTag(n.Message); !ok || !ok2 || k != k2 {
			t.Errorf("identity of %q and %q", n.Subject, n.Message)
		}
		tg.mu.Lock()
		tg.seen[k]++
		tg.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(tg.Close)
	return tg
}

// job waits for answers far longer than any takes: an attack is over when all have come.
func job(t *testing.T, url, shape string) *Job {
	t.Helper()
	return &Job{
		URL: url, Shape: shape, Seed: 1, Channels: []string{contract.Email},
		Warmup: 50 * time.Millisecond, Duration: 300 * time.Millisecond, Drain: 20 * time.Second,
		Timeout: 20 * time.Second, MaxInFlight: 50, Requests: filepath.Join(t.TempDir(), record.RequestsFile),
	}
}

// outcome is all that an attack left.
type outcome struct {
	gen      *record.Generator
	zero     time.Time
	ticks    []record.Tick
	requests []record.Request
}

func attack(t *testing.T, ctx context.Context, job *Job) outcome {
	t.Helper()
	var buf bytes.Buffer
	if err := Run(ctx, job, &buf); err != nil {
		t.Fatal(err)
	}
	var o outcome
	for dec := json.NewDecoder(&buf); ; {
		var e Event
		if err := dec.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		switch {
		case e.Zero != nil:
			o.zero = *e.Zero
		case e.Tick != nil:
			o.ticks = append(o.ticks, *e.Tick)
		case e.Done != nil:
			o.gen = e.Done
		}
	}
	if o.gen == nil {
		t.Fatal("the generator did not say that it is done")
	}
	o.requests = readRequests(t, job.Requests)
	return o
}

// readRequests reads with vegeta's own decoder what it knows, ours what it does not.
func readRequests(t *testing.T, path string) (out []record.Request) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for dec := vegeta.NewDecoder(f); dec(&vegeta.Result{}) == nil; n++ {
	}
	dir := filepath.Dir(path)
	if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(`{"schema":1}`), 0o644); err != nil {
		t.Fatal(err)
	}
	rd, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for q, err := range rd.Requests(&record.Cell{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, q)
	}
	if n != len(out) {
		t.Fatalf("vegeta reads %d requests, we read %d", n, len(out))
	}
	return out
}

func answerWith(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// Every slot of the schedule is accounted for: sent once, or counted as unsent.
func TestOpenLoopAccountsForEverySlot(t *testing.T) {
	tg := newTarget(t, answerWith(200, good))
	o := attack(t, t.Context(), job(t, tg.URL, "200/s"))
	if o.gen.Scheduled != 60 || o.gen.Sent+o.gen.Unsent != o.gen.Scheduled || o.gen.WarmupSent != 10 {
		t.Fatalf("scheduled %d, sent %d, unsent %d, warm-up %d", o.gen.Scheduled, o.gen.Sent, o.gen.Unsent, o.gen.WarmupSent)
	}
	if uint64(len(o.requests)) != o.gen.Sent || o.gen.Outcomes[record.OutcomeOK] != o.gen.Sent {
		t.Fatalf("%d requests kept; outcomes %v", len(o.requests), o.gen.Outcomes)
	}
	if !o.gen.CallsKnown || o.gen.Calls != o.gen.Sent+o.gen.WarmupSent {
		t.Fatalf("calls %d (known %v) of %d answers", o.gen.Calls, o.gen.CallsKnown, o.gen.Sent+o.gen.WarmupSent)
	}
	if o.gen.Window != 300*time.Millisecond {
		t.Errorf("the window was %v", o.gen.Window)
	}
	for k, n := range tg.seen {
		if n != 1 {
			t.Errorf("k %d arrived %d times", k, n)
		}
	}
	for _, q := range o.requests {
		intended := q.Timestamp.Add(-q.Lag).Sub(o.zero)
		if want := time.Duration(q.K-10) * 5 * time.Millisecond; (intended - want).Abs() > time.Microsecond {
			t.Errorf("k %d was meant for %v, want %v", q.K, intended, want)
		}
		if q.Response() != q.Lag+q.Latency || q.Lag < 0 {
			t.Errorf("k %d: response %v, lag %v, latency %v", q.K, q.Response(), q.Lag, q.Latency)
		}
	}
}

func TestTicksAddUp(t *testing.T) {
	tg := newTarget(t, answerWith(200, good))
	o := attack(t, t.Context(), job(t, tg.URL, "200/s"))
	var scheduled, sent, good uint64
	for _, tick := range o.ticks {
		scheduled, sent, good = scheduled+tick.Scheduled, sent+tick.Sent, good+tick.Good
	}
	if scheduled != o.gen.Scheduled || sent != o.gen.Sent+o.gen.WarmupSent || good != sent {
		t.Fatalf("ticks: scheduled %d, sent %d, good %d; totals %+v", scheduled, sent, good, o.gen)
	}
}

// A server that never answers: the cap holds, the rest is unsent, and what is in
// flight at the end of the drain is unfinished.
func TestCapAndUnfinished(t *testing.T) {
	release := make(chan struct{})
	var flying, peak atomic.Int64
	tg := newTarget(t, func(_ http.ResponseWriter, r *http.Request) {
		if n := flying.Add(1); n > peak.Load() {
			peak.Store(n)
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
		flying.Add(-1)
	})
	defer close(release)
	j := job(t, tg.URL, "1000/s")
	j.MaxInFlight, j.Timeout, j.Drain = 20, 10*time.Second, 50*time.Millisecond
	o := attack(t, t.Context(), j)
	if peak.Load() > 20 || o.gen.InFlightPeak != 20 {
		t.Errorf("peak in flight: %d at the server, %d at the generator", peak.Load(), o.gen.InFlightPeak)
	}
	if o.gen.Unsent == 0 || o.gen.Sent+o.gen.Unsent != o.gen.Scheduled {
		t.Errorf("sent %d + unsent %d of %d", o.gen.Sent, o.gen.Unsent, o.gen.Scheduled)
	}
	if o.gen.Outcomes[record.OutcomeUnfinished] != o.gen.Sent || o.gen.Unanswered != 20 {
		t.Errorf("outcomes %v, unanswered %d", o.gen.Outcomes, o.gen.Unanswered)
	}
}

func TestClosedLoopKeepsItsConnections(t *testing.T) {
	var flying, peak atomic.Int64
	tg := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		if n := flying.Add(1); n > peak.Load() {
			peak.Store(n)
		}
		time.Sleep(5 * time.Millisecond) // the work of the server
		flying.Add(-1)
		answerWith(200, good)(w, r)
	})
	o := attack(t, t.Context(), job(t, tg.URL, "{closed: {connections: 7}}"))
	if peak.Load() != 7 || o.gen.InFlightPeak != 7 {
		t.Errorf("in flight: %d at the server, %d at the generator", peak.Load(), o.gen.InFlightPeak)
	}
	if o.gen.Sent == 0 || o.gen.Scheduled != o.gen.Sent || o.gen.Unsent != 0 || o.gen.Connections > 14 {
		t.Errorf("%+v", o.gen)
	}
	for _, q := range o.requests {
		if q.Lag != 0 {
			t.Fatalf("a closed loop has no intended send, but k %d lags %v", q.K, q.Lag)
		}
	}
}

func TestStopIsPromptAndKeepsWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := atomic.Int64{}
	tg := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) == 20 {
			cancel()
		}
		answerWith(200, good)(w, r)
	})
	j := job(t, tg.URL, "200/s")
	j.Duration = time.Hour
	o := attack(t, ctx, j)
	if len(o.requests) == 0 || o.gen.Window >= time.Hour {
		t.Fatalf("%d requests in a window of %v", len(o.requests), o.gen.Window)
	}
}
