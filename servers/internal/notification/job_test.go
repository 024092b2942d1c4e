package notification

import (
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
	"github.com/notifybench/notifybench/servers/internal/store"
)

func drawJob(t *rapid.T) *job {
	j := &job{ID: rapid.StringN(1, 20, -1).Draw(t, "id"), Created: time.Unix(rapid.Int64Range(0, 1e10).Draw(t, "created"), 0)}
	for range rapid.IntRange(1, 6).Draw(t, "calls") {
		status := rapid.SampledFrom([]string{contract.StatusQueued, contract.StatusRetrying, contract.StatusSending,
			contract.StatusSent, contract.StatusFailed, contract.StatusUnknown, contract.StatusSuppressed}).Draw(t, "status")
		j.calls = append(j.calls, call{
			channel: rapid.IntRange(0, channelCount-1).Draw(t, "channel"),
			message: provider.Message{To: rapid.String().Draw(t, "to"), Subject: rapid.String().Draw(t, "subject"), Text: rapid.String().Draw(t, "text")},
			result:  provider.Result{Status: status, Attempts: rapid.IntRange(0, 5).Draw(t, "attempts"), Problem: rapid.String().Draw(t, "problem")},
			due:     time.Unix(rapid.Int64Range(0, 1e10).Draw(t, "due"), 0).UTC(),
			tries:   rapid.IntRange(0, 5).Draw(t, "tries"),
			doubt:   rapid.Bool().Draw(t, "doubt"),
		})
	}
	return j
}

// TestStoredJobRoundTrips holds that what a process writes down another one reads.
func TestStoredJobRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawJob(t)
		stored, err := want.stored(time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := readJob(stored)
		if err != nil {
			t.Fatal(err)
		}
		if got.ID != want.ID || !got.Created.Equal(want.Created) || !reflect.DeepEqual(got.calls, want.calls) {
			t.Fatalf("%s became %+v, want %+v", stored.Payload, got.calls, want.calls)
		}
	})
}

// FuzzReadJob holds that whatever is stored is read, or ends as a dead letter that
// keeps it.
func FuzzReadJob(f *testing.F) {
	for _, seed := range []string{"", "[]", "{}", `[{"channel":"fax"}]`, `[{"channel":"sms","to":"1","status":"queued"}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		from := store.Job{ID: "n1", Payload: payload}
		j, err := readJob(from)
		if err != nil {
			j = poisoned(from)
			if letters := j.dead(time.Unix(0, 0)); len(letters) != 1 {
				t.Fatalf("%q: %d dead letters", payload, len(letters))
			}
		}
		if _, open := j.next(); open && err != nil {
			t.Fatalf("%q is tried though it cannot be read", payload)
		}
		var a contract.Answer
		if err := json.Unmarshal(j.answer(""), &a); err != nil || a.ID != "n1" {
			t.Fatalf("%q: %s", payload, j.answer(""))
		}
	})
}

// TestAnAttemptThatMayHaveArrived leaves a notification unknown, whatever the later
// ones say but that it was sent.
func TestAnAttemptThatMayHaveArrived(t *testing.T) {
	results := []provider.Result{
		{Status: contract.StatusUnknown, Class: provider.ClassAmbiguous, Attempts: 1},
		{Status: contract.StatusFailed, Class: provider.ClassBreakerOpen},
		{Status: contract.StatusFailed, Class: provider.ClassPermanent, Attempts: 1},
	}
	j := &job{ID: "n1", calls: []call{{result: provider.Result{Status: contract.StatusQueued}}}}
	for i, r := range results {
		due := j.begin(time.Unix(1, 0).Add(time.Hour * time.Duration(i+1000000)))
		if len(due) != 1 {
			t.Fatalf("attempt %d: %d calls are due", i+1, len(due))
		}
		j.ended(&due[0], r, 0, i+1 < len(results))
	}
	if c := j.calls[0]; c.result.Status != contract.StatusUnknown || c.result.Attempts != 2 || c.tries != 2 {
		t.Errorf("%+v", c)
	}
}

// TestQueuedInTime has the queue keep the time: a call that failed
// waits without a worker, and what waited for too long is not sent.
func TestQueuedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := testConfig("http://127.0.0.1:1")
		cfg.Mode, cfg.Store, cfg.QueueWorkers, cfg.Expiry = contract.ModeQueued, contract.StoreMemory, 1, time.Minute
		s, err := New(cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		calls := 0
		s.calls = retrying(func() (provider.Result, time.Duration, bool) {
			calls++
			return provider.Result{Status: contract.StatusFailed, Class: provider.ClassTransient, Attempts: 1}, 25 * time.Second, true
		})
		r := s.notify(time.Now(), `{"email":"a@b","subject":"s #1"}`)
		if r.Status != 202 || r.Location == "" {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		id := strings.TrimPrefix(r.Location, contract.PathNotifications)
		for _, want := range []string{contract.StatusRetrying, contract.StatusRetrying, contract.StatusRetrying, contract.StatusExpired} {
			synctest.Wait()
			var a contract.Answer
			if body := s.Lookup(id).Body; json.Unmarshal(body, &a) != nil || a.Status != want {
				t.Errorf("after %d calls: %s, want %s", calls, body, want)
			}
			time.Sleep(25 * time.Second)
		}
		if calls != 3 {
			t.Errorf("%d calls within a minute, one every 25 s", calls)
		}
	})
}

// retrying is a caller all of whose attempts end alike.
type retrying func() (provider.Result, time.Duration, bool)

func (r retrying) Send(int, *provider.Message, time.Time) provider.Result {
	result, _, _ := r()
	return result
}

func (r retrying) Attempt(int, *provider.Message, int, time.Time) (provider.Result, time.Duration, bool) {
	return r()
}
