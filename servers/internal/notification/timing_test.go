package notification

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// headerOf reads a Server-Timing header by name.
func headerOf(header string) map[string]contract.Timing {
	all := map[string]contract.Timing{}
	for t, rest, ok := contract.NextTiming([]byte(header)); ok; t, rest, ok = contract.NextTiming(rest) {
		all[t.Name] = t
	}
	return all
}

// TestTimingSaysWhereTheTimeWent holds that the queue is the time from arrival to
// the beginning of the work, and that the path is the sum or the longest of what
// the providers say, whatever the calls took here.
func TestTimingSaysWhereTheTimeWent(t *testing.T) {
	served := [channelCount]time.Duration{100 * time.Millisecond, 300 * time.Millisecond, 200 * time.Millisecond}
	for sequential, want := range map[bool]time.Duration{
		true: 600 * time.Millisecond, false: 300 * time.Millisecond,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := scriptedService(t, new(strings.Builder), func(c int, _ time.Time) provider.Result {
				time.Sleep(served[c] + 50*time.Millisecond)
				return sent(served[c])
			})
			s.cfg.Sequential = sequential
			arrived := time.Now()
			time.Sleep(70 * time.Millisecond)
			h := headerOf(s.Notify(arrived, []byte(goodBody)).Timing)
			if q := h[contract.TimingQueue]; !q.Timed || q.Dur != 70*time.Millisecond {
				t.Errorf("queue %+v, want 70ms", q)
			}
			if p := h[contract.TimingProviders]; !p.Timed || p.Dur != want {
				t.Errorf("sequential %t: providers %+v, want %s", sequential, p, want)
			}
			if pid, err := strconv.Atoi(h[contract.TimingProcess].Desc); err != nil || pid < 1 {
				t.Errorf("process %+v", h[contract.TimingProcess])
			}
		})
	}
}

// TestTimingInventsNothing leaves the path out when one call did not say how long
// it was served.
func TestTimingInventsNothing(t *testing.T) {
	s := scriptedService(t, new(strings.Builder), func(c int, _ time.Time) provider.Result {
		if c == 1 {
			return provider.Result{Status: contract.StatusUnknown, Attempts: 1, Late: true}
		}
		return sent(0)
	})
	h := headerOf(s.Notify(time.Now(), []byte(goodBody)).Timing)
	if _, said := h[contract.TimingProviders]; said || !h[contract.TimingQueue].Timed {
		t.Errorf("timings %+v", h)
	}
	h = headerOf(s.Notify(time.Now(), []byte("{}")).Timing)
	if p := h[contract.TimingProviders]; !p.Timed || p.Dur != 0 {
		t.Errorf("a refusal called nobody, and says %+v", h)
	}
}

// TestPathLaws holds that calls at once never take longer than in sequence.
func TestPathLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calls := drawCalls(t)
		for i := range calls {
			calls[i].result.Served = time.Duration(rapid.Int64Range(0, 1e10).Draw(t, "served"))
		}
		sum, _ := criticalPath(calls, true)
		longest, _ := criticalPath(calls, false)
		if longest > sum || sum > time.Duration(len(calls))*longest {
			t.Fatalf("longest %s, sum %s of %d calls", longest, sum, len(calls))
		}
	})
}

// TestClientsReadServerTiming has the mock providers say what they served.
func TestClientsReadServerTiming(t *testing.T) {
	for _, name := range clients() {
		t.Run(name, func(t *testing.T) {
			mock := startMock(t, "1ms")
			defer mock.Close()
			s := mockedService(t, name, mock.Ready())
			defer s.Close()
			begin := time.Now()
			h := headerOf(s.Notify(begin, []byte(goodBody)).Timing)
			if p := h[contract.TimingProviders]; p.Dur < time.Millisecond || p.Dur > time.Since(begin) {
				t.Errorf("providers %+v, planned 1ms each", p)
			}
		})
	}
}

// BenchmarkTiming is what measuring adds to a request of three calls, the headers
// on the wire left out.
func BenchmarkTiming(b *testing.B) {
	calls := make([]call, channelCount)
	b.ReportAllocs()
	for b.Loop() {
		queue := time.Since(time.Now())
		for i := range calls {
			calls[i].result = sent(200 * time.Millisecond)
		}
		path, known := criticalPath(calls, false)
		if timingHeader(queue, path, known) == "" {
			b.Fatal("no header")
		}
	}
}
