package provider

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

var message = Message{To: "a@example.com", Subject: "s #1", Text: "t #1"}

// bubbled hides the deadline of the test run, which means nothing in a bubble.
type bubbled struct{ rapid.TB }

// step is how one scripted call ends.
type step struct {
	took   time.Duration
	answer answer
	err    error
}

// drawStep is any way a call can end; what it is without a deadline.
func drawStep(t *rapid.T) step {
	s := step{took: time.Duration(rapid.Int64Range(0, int64(2*time.Second)).Draw(t, "took"))}
	switch kind := rapid.IntRange(0, 6).Draw(t, "end"); kind {
	case 0:
		s.err = refused
	case 1:
		s.err = broken
	case 2:
		s.err = tooLate
	case 3:
		s.answer = answer{status: 200, accepted: true, id: "p"}
	case 4:
		s.answer = answer{status: 400}
	default:
		s.answer = answer{status: 429 + 74*(kind-5), after: time.Duration(rapid.IntRange(0, 3).Draw(t, "after")) * time.Second}
	}
	return s
}

func drawConfig(t *rapid.T, base Config) Config {
	base.Attempts = rapid.IntRange(1, 5).Draw(t, "attempts")
	base.Backoff = time.Duration(rapid.IntRange(1, 2000).Draw(t, "backoff")) * time.Millisecond
	base.Jitter = rapid.SampledFrom([]string{contract.JitterFull, contract.JitterNone}).Draw(t, "jitter")
	base.Budget = rapid.SampledFrom([]float64{0, 1}).Draw(t, "budget")
	base.RetryAmbiguous = rapid.Bool().Draw(t, "ambiguous")
	return base
}

// made is a scripted call as it happened.
type made struct {
	begin, end time.Time
	result     Result
	after      time.Duration
}

// play is a script of steps that keeps what happened.
func play(steps []step, calls *[]made) script {
	return func(_ int, deadline time.Time) (answer, error) {
		s := steps[len(*calls)]
		m := made{begin: time.Now(), after: s.answer.after}
		a, err := after(s.took, deadline, s.answer, s.err)
		m.end = time.Now()
		if err != nil {
			unanswered(&m.result, err)
			m.after = 0
		} else {
			answered(&m.result, &a)
		}
		*calls = append(*calls, m)
		return a, err
	}
}

// TestSendLaws holds for any course of events and any settings: what is permanent
// is not repeated, waits keep to their caps and the provider's wish, nothing
// outlives the deadline, and the result says what happened.
func TestSendLaws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := testConfig(t, "http://127.0.0.1:1")
		rapid.Check(bubbled{t}, func(t *rapid.T) {
			cfg := drawConfig(t, base)
			steps := rapid.SliceOfN(rapid.Custom(drawStep), cfg.Attempts, cfg.Attempts).Draw(t, "steps")
			var calls []made
			c := scripted(t, cfg, nil, play(steps, &calls))
			defer c.Close()
			deadline := time.Now().Add(time.Duration(rapid.IntRange(1, 8000).Draw(t, "deadline")) * time.Millisecond)
			r := c.Send(0, &message, deadline)
			if len(calls) == 0 || len(calls) > cfg.Attempts || time.Now().After(deadline) {
				t.Fatalf("%d calls, %s after the deadline", len(calls), time.Since(deadline))
			}
			checkCalls(t, c.policy, calls, deadline)
			checkResult(t, r, calls)
		})
	})
}

func checkCalls(t *rapid.T, p policy, calls []made, deadline time.Time) {
	for i, m := range calls {
		if m.end.After(deadline) || m.end.Sub(m.begin) > time.Second {
			t.Fatalf("call %d outlived the deadline or its timeout", i+1)
		}
		if i == len(calls)-1 {
			return
		}
		if !p.mayRepeat(m.result.Class, i+1) {
			t.Fatalf("%s was repeated as attempt %d", m.result.Class, i+2)
		}
		wait, limit := calls[i+1].begin.Sub(m.end), p.cap(i+1)
		if p.full && (wait <= 0 || wait < m.after || wait > m.after+limit) || !p.full && wait != max(m.after, limit) {
			t.Fatalf("wait %d is %s, cap %s, asked for %s", i+1, wait, limit, m.after)
		}
	}
}

func checkResult(t *rapid.T, r Result, calls []made) {
	last := calls[len(calls)-1].result
	want, attempts := last.Status, 0
	for _, m := range calls {
		attempts += m.result.Attempts
		if m.result.Status == contract.StatusUnknown && last.Status == contract.StatusFailed {
			want = contract.StatusUnknown
		}
	}
	if r.Status != want || r.Attempts != attempts || r.Class != last.Class || (r.Problem == "") != (want == contract.StatusSent) {
		t.Fatalf("%+v of %+v", r, calls)
	}
}

// TestAttemptByAttempt: whoever schedules the attempts by himself, as a queue
// does, makes the same calls at the same times and comes to the same result.
func TestAttemptByAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := testConfig(t, "http://127.0.0.1:1")
		rapid.Check(bubbled{t}, func(t *rapid.T) {
			cfg := drawConfig(t, base)
			steps := rapid.SliceOfN(rapid.Custom(drawStep), cfg.Attempts, cfg.Attempts).Draw(t, "steps")
			limit := time.Duration(rapid.IntRange(1, 8000).Draw(t, "deadline")) * time.Millisecond
			run := func(send func(*Caller, time.Time) Result) (Result, []time.Duration) {
				var calls []made
				c := scripted(t, cfg, nil, play(steps, &calls))
				defer c.Close()
				begin := time.Now()
				r := send(c, begin.Add(limit))
				var at []time.Duration
				for _, m := range calls {
					at = append(at, m.begin.Sub(begin))
				}
				return r, at
			}
			want, wantAt := run(func(c *Caller, d time.Time) Result { return c.Send(0, &message, d) })
			got, gotAt := run(byAttempts)
			if got != want || !slices.Equal(gotAt, wantAt) {
				t.Fatalf("%+v at %v, want %+v at %v", got, gotAt, want, wantAt)
			}
		})
	})
}

// byAttempts sends as a queue does.
func byAttempts(c *Caller, deadline time.Time) Result {
	r, wait, again := c.Attempt(0, &message, 1, deadline)
	for n := 2; again && !r.Class.TurnedAway(); n++ {
		time.Sleep(wait)
		var next Result
		next, wait, again = c.Attempt(0, &message, n, deadline)
		r = next.After(r)
	}
	return r
}
