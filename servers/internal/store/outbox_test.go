package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func record(id, status string) Record {
	return Record{ID: id, Status: status, Body: []byte(`{"id":"` + id + `","status":"` + status + `"}`), Created: day}
}

func job(id string, age time.Duration) Job {
	return Job{ID: id, Payload: []byte("payload of " + id), Created: day.Add(-age), Due: day.Add(age)}
}

// adoptAll calls Adopt as often as it takes to believe that an owner is gone.
func adoptAll(t testing.TB, s Outbox, limit int) []Job {
	t.Helper()
	var all []Job
	for range 3 {
		jobs, err := s.Adopt(t.Context(), limit-len(all))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, jobs...)
	}
	return all
}

func wantJobs(t testing.TB, got []Job, want ...Job) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got jobs %q, want %q", ids(got), ids(want))
	}
	for i, w := range want {
		g := got[i]
		if g.ID != w.ID || string(g.Payload) != string(w.Payload) || !g.Created.Equal(w.Created) || !g.Due.Equal(w.Due) {
			t.Errorf("job %d is %+v, want %+v", i, g, w)
		}
	}
}

func wantDepth(t testing.TB, s Outbox, jobs int, oldest time.Time) {
	t.Helper()
	n, since, err := s.Depth(t.Context())
	if err != nil || n != jobs || !since.Equal(oldest) {
		t.Errorf("depth %d since %v, %v, want %d since %v", n, since, err, jobs, oldest)
	}
}

// TestOutbox follows jobs from process to process.
func TestOutbox(t *testing.T) {
	eachOutbox(t, func(t *testing.T, b bed) {
		ctx, one, two := t.Context(), b.outbox(t), b.outbox(t)
		wantDepth(t, one, 0, time.Time{})
		for id, age := range map[string]time.Duration{"a": 3, "b": 2, "c": 1} {
			if err := one.Accept(ctx, record(id, contract.StatusQueued), job(id, age), nil); err != nil {
				t.Fatal(err)
			}
		}
		wantRecord(t, two, record("b", contract.StatusQueued))
		wantDepth(t, two, 3, day.Add(-3))
		wantJobs(t, adoptAll(t, two, 10)) // one lives
		if err := two.Finish(ctx, record("a", contract.StatusSent), nil); !errors.Is(err, ErrNotOwner) || errors.Is(err, ErrUnavailable) {
			t.Errorf("finished the job of another: %v", err)
		}
		wantRecord(t, two, record("a", contract.StatusQueued))
		later := Job{ID: "a", Payload: []byte("second attempt"), Created: day.Add(-3), Due: day.Add(time.Minute)}
		if err := one.Progress(ctx, record("a", contract.StatusRetrying), later); err != nil {
			t.Fatal(err)
		}
		wantRecord(t, two, record("a", contract.StatusRetrying))
		if err := one.Finish(ctx, record("b", contract.StatusSent), nil); err != nil {
			t.Fatal(err)
		}
		if err := one.Abandon(ctx); err != nil {
			t.Fatal(err)
		}
		if err := one.Progress(ctx, record("a", contract.StatusSending), later); !errors.Is(err, ErrNotOwner) {
			t.Errorf("went on with an abandoned job: %v", err)
		}
		got, err := two.Adopt(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		wantJobs(t, got, later)
		wantJobs(t, adoptAll(t, one, 10), job("c", 1))
		wantDepth(t, one, 2, day.Add(-3))
	})
}

// TestCloseLeavesJobs: what a process had when it ended goes to the next one.
func TestCloseLeavesJobs(t *testing.T) {
	eachOutbox(t, func(t *testing.T, b bed) {
		one := b.outbox(t)
		if err := one.Accept(t.Context(), record("a", contract.StatusQueued), job("a", 1), nil); err != nil {
			t.Fatal(err)
		}
		if err := one.Close(); err != nil {
			t.Fatal(err)
		}
		two, three := b.outbox(t), b.outbox(t)
		wantJobs(t, adoptAll(t, two, 10), job("a", 1))
		wantJobs(t, adoptAll(t, three, 10))
	})
}

func TestDeadLetters(t *testing.T) {
	eachOutbox(t, func(t *testing.T, b bed) {
		s := b.outbox(t)
		dead := []Dead{
			{ID: "a", Channel: contract.SMS, Reason: "the provider answered 400", Payload: []byte("{}"), At: day},
			{ID: "a", Channel: contract.Push, Reason: "nul \x00 and no UTF-8 \xff", At: day.Add(1)},
		}
		if err := s.Accept(t.Context(), record("a", contract.StatusQueued), job("a", 1), nil); err != nil {
			t.Fatal(err)
		}
		for _, want := range []error{nil, ErrNotOwner} {
			if err := s.Finish(t.Context(), record("a", contract.StatusFailed), dead); !errors.Is(err, want) {
				t.Errorf("finished: %v, want %v", err, want)
			}
		}
		got, err := s.DeadLetters(t.Context(), 10)
		if err != nil || len(got) != 2 {
			t.Fatalf("got %+v, %v", got, err)
		}
		if got[0].Channel != contract.Push || !got[0].At.Equal(day.Add(1)) || got[0].Payload != nil {
			t.Errorf("the newest is %+v", got[0])
		}
		got[1].At = got[1].At.UTC()
		if !reflect.DeepEqual(got[1], dead[0]) {
			t.Errorf("got %+v, want %+v", got[1], dead[0])
		}
		if got, err := s.DeadLetters(t.Context(), 1); err != nil || len(got) != 1 {
			t.Errorf("asked for one, got %+v, %v", got, err)
		}
	})
}

// TestAcceptIsOneStep: a job that cannot be written leaves neither record nor reply,
// and those that are written together with it are.
func TestAcceptIsOneStep(t *testing.T) {
	eachOutbox(t, func(t *testing.T, b bed) {
		s, ctx := b.outbox(t), t.Context()
		if err := s.Accept(ctx, record("taken", contract.StatusQueued), job("taken", 1), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Claim(ctx, "key", [32]byte{}, day, time.Minute, time.Hour); err != nil {
			t.Fatal(err)
		}
		const others = 40
		results := make(chan error, others)
		for i := range others {
			go func() {
				id := string(rune('A' + i))
				results <- s.Accept(ctx, record(id, contract.StatusQueued), job(id, 1), nil)
			}()
		}
		err := s.Accept(ctx, record("taken", contract.StatusSent), job("taken", 2), &Settlement{Key: "key", Status: 202})
		if err == nil || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNotOwner) {
			t.Errorf("accepted an id twice: %v", err)
		}
		for range others {
			if err := <-results; err != nil {
				t.Errorf("failed for another's sake: %v", err)
			}
		}
		wantRecord(t, s, record("taken", contract.StatusQueued))
		if c, err := s.Claim(ctx, "key", [32]byte{}, day, time.Minute, time.Hour); err != nil || c.State != Running {
			t.Errorf("the key is %+v, %v", c, err)
		}
		wantDepth(t, s, 1+others, day.Add(-1))
	})
}
