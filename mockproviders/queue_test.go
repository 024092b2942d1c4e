package mockproviders

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestQueueAgainstASimulation compares with servers and a waiting room that are
// walked through event by event: who begins when, in which order, who is refused.
func TestQueueAgainstASimulation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		servers, length := rapid.IntRange(1, 4).Draw(t, "servers"), rapid.IntRange(0, 5).Draw(t, "length")
		var q queue
		zero := time.Unix(1000, 0)
		at := time.Duration(0)
		busyUntil := make([]time.Duration, servers) // the simulation
		var waiting []time.Duration                 // beginnings
		lastBegin := time.Duration(0)
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			at += time.Duration(rapid.IntRange(0, 10).Draw(t, "gap"))
			service := time.Duration(rapid.IntRange(0, 30).Draw(t, "service"))
			waiting = slices.DeleteFunc(waiting, func(begin time.Duration) bool { return begin <= at })
			s := slices.Index(busyUntil, slices.Min(busyUntil))
			begin := max(at, busyUntil[s])
			admitted := begin == at || len(waiting) < length
			wait, ok := q.enter(zero.Add(at), servers, length, service)
			if ok != admitted || ok && wait != begin-at {
				t.Fatalf("at %d: waits %v, %v; want %v, %v", at, wait, ok, begin-at, admitted)
			}
			if !ok {
				continue
			}
			if begin < lastBegin {
				t.Fatalf("at %d: overtakes", at)
			}
			if lastBegin = begin; begin > at {
				waiting = append(waiting, begin)
			}
			busyUntil[s] = begin + service
		}
	})
}

// TestQueueNeverServesMoreThanItsServers counts how many are in service at once.
func TestQueueNeverServesMoreThanItsServers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const servers = 3
		var q queue
		type span struct{ begin, end time.Duration }
		var spans []span
		at, zero := time.Duration(0), time.Unix(1000, 0)
		for range rapid.IntRange(1, 80).Draw(t, "calls") {
			at += time.Duration(rapid.IntRange(0, 5).Draw(t, "gap"))
			service := time.Duration(rapid.IntRange(1, 30).Draw(t, "service"))
			if wait, ok := q.enter(zero.Add(at), servers, 100, service); ok {
				spans = append(spans, span{at + wait, at + wait + service})
			}
		}
		for _, s := range spans {
			n := 0
			for _, other := range spans {
				if other.begin <= s.begin && s.begin < other.end {
					n++
				}
			}
			if n > servers {
				t.Fatalf("%d in service at %v", n, s.begin)
			}
		}
	})
}

// TestQueueAgainstTheory: the mean wait of M/D/1 is ρ s / 2 (1 − ρ) (Pollaczek and
// Khinchine), that of M/D/c close to half of M/M/c (Cosmetatos' correction adds
// 3% at c = 4, ρ = 0.8).
func TestQueueAgainstTheory(t *testing.T) {
	for _, tt := range []struct {
		servers     int
		load        float64
		want, slack float64 // mean wait in service times
	}{
		{1, 0.5, 0.5, 0.01}, {1, 0.8, 2, 0.03}, {4, 0.8, 0.5 * 0.5964 / (4 * 0.2) * 1.03, 0.03},
	} {
		t.Run(fmt.Sprintf("%d at %v", tt.servers, tt.load), func(t *testing.T) {
			t.Parallel()
			var q queue
			rng := rand.New(rand.NewPCG(1, 2))
			now, service, sum := time.Unix(1000, 0), time.Millisecond, 0.0
			const calls = 1_000_000
			for range calls {
				now = now.Add(time.Duration(rng.ExpFloat64() * float64(service) / (tt.load * float64(tt.servers))))
				wait, ok := q.enter(now, tt.servers, math.MaxInt, service)
				if !ok {
					t.Fatal("refused by an endless room")
				}
				sum += float64(wait) / float64(service) / calls
			}
			if math.Abs(sum-tt.want) > tt.slack*tt.want {
				t.Errorf("%d servers at %v: mean wait %.4f service times, want %.4f", tt.servers, tt.load, sum, tt.want)
			}
		})
	}
}

func TestQueueFollowsAChangeOfItsServers(t *testing.T) {
	var q queue
	now := time.Unix(1000, 0)
	for i, want := range []time.Duration{0, time.Second, 2 * time.Second} {
		if wait, ok := q.enter(now, 1, 10, time.Second); !ok || wait != want {
			t.Errorf("call %d of one server waits %v", i, wait)
		}
	}
	if wait, ok := q.enter(now, 2, 10, time.Second); !ok || wait != 0 {
		t.Errorf("a new server lets a call wait %v", wait)
	}
	if wait, ok := q.enter(now, 1, 10, time.Second); !ok || wait != 3*time.Second {
		t.Errorf("with one server left a call waits %v", wait)
	}
}

// TestAQueueingProvider: two at once, one waits, what comes then is refused.
func TestAQueueingProvider(t *testing.T) {
	b := start(t, map[string]contract.Behaviour{contract.Email: {
		Latency: "1500ms", Queue: &contract.Queue{Servers: 2, Length: 1}, // four calls come in this time, on any machine
	}})
	var calls sync.WaitGroup
	replies := make(chan reply, 3)
	for k := range uint64(3) {
		calls.Go(func() { replies <- b.send(contract.Email, k) })
		b.eventually(func(s contract.ProviderStats) bool { return s.Calls == k+1 })
	}
	if r := b.send(contract.Email, 9); r.status != http.StatusServiceUnavailable || r.planned != 0 ||
		!strings.Contains(r.plain.Error, "queue is full") {
		t.Errorf("a fourth call: %+v", r)
	}
	if r := b.send(contract.Email, contract.ProbeBase); r.status != http.StatusOK {
		t.Errorf("a probe waits for nobody: %+v", r)
	}
	calls.Wait()
	close(replies)
	waited := 0
	for r := range replies {
		var wait float64
		_, after, _ := strings.Cut(r.header.Get(contract.HeaderTiming), contract.TimingWait+";dur=")
		if _, err := fmt.Sscanf(after, "%f", &wait); err != nil || r.status != http.StatusOK || r.planned != 1500 {
			t.Errorf("%+v, %v", r, err)
		}
		if wait > 100 {
			waited++
			if wait > 700 && r.served >= r.planned+wait { // after less a late timer looks the same
				t.Errorf("served %v ms after %v ms: the waiting counts as delay", r.served, wait)
			}
		}
	}
	s := b.Stats().Providers[contract.Email]
	if waited != 1 || s.Accepted != 3 || s.Refused != 1 || s.Calls != 4 || s.DelayError.Count != 3 {
		t.Errorf("%d waited; %+v", waited, s)
	}
	if s.Wait == nil || s.Wait.Count != 3 || s.Wait.Max < 100*time.Millisecond || s.Wait.P50 >= 100*time.Millisecond {
		t.Errorf("wait %+v", s.Wait)
	}
}
