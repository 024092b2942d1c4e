package provider

import (
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/mockproviders"
)

// mocked is a caller of the mock providers, which behave as given.
func mocked(t testing.TB, b contract.Behaviour, cfg Config) (*mockproviders.Mock, *Caller) {
	config := contract.MockConfig{Seed: 1, Providers: map[string]contract.Behaviour{}}
	for _, channel := range contract.Channels() {
		config.Providers[channel] = b
	}
	mock, err := mockproviders.Start(config, mockproviders.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(mock.Close)
	for i, channel := range contract.Channels() {
		if cfg.URLs[i], err = url.Parse(mock.Ready().Providers[channel]); err != nil {
			t.Fatal(err)
		}
	}
	c, err := New(cfg, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return mock, c
}

// TestAttemptsAreWhatTheProvidersCount: with every kind of fault, not a call more
// or less than is told, and no more said to be sent than was accepted.
func TestAttemptsAreWhatTheProvidersCount(t *testing.T) {
	behaviour := contract.Behaviour{Latency: "1ms", ErrorRate: 0.2, ErrorStatus: 503, Faults: map[string]float64{
		contract.FaultReset: 0.1, contract.FaultEmpty: 0.1, contract.FaultLost: 0.05, contract.FaultHang: 0.02,
	}}
	for _, kind := range clientKinds() {
		for _, breaker := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, breaker %t", kind.name, breaker), func(t *testing.T) {
				t.Parallel()
				cfg := testConfig(t, "http://127.0.0.1:1")
				cfg.Client, cfg.CallTimeout = kind.name, 2*time.Second
				cfg.Attempts, cfg.Backoff, cfg.Budget, cfg.RetryAmbiguous = 3, time.Millisecond, 1, true
				cfg.Breaker, cfg.BreakerOpen, cfg.Bulkhead, cfg.RateLimit = breaker, time.Millisecond, 16, 100_000
				mock, c := mocked(t, behaviour, cfg)
				checkConservation(t, mock, c, breaker)
			})
		}
	}
}

func checkConservation(t *testing.T, mock *mockproviders.Mock, c *Caller, breaker bool) {
	const messages = 300
	var attempts, sent [channelCount]atomic.Int64
	var all sync.WaitGroup
	for k := range messages {
		all.Go(func() {
			m := Message{To: "x", Subject: fmt.Sprintf("s #%d", k), Text: fmt.Sprintf("t #%d", k)}
			for channel := range channelCount {
				r := c.Send(channel, &m, time.Now().Add(time.Minute))
				attempts[channel].Add(int64(r.Attempts))
				if r.Class == ClassSent {
					sent[channel].Add(1)
				}
			}
		})
	}
	all.Wait()
	for i, channel := range contract.Channels() {
		s := seen(mock, channel, attempts[i].Load())
		if got := attempts[i].Load(); got != int64(s.Calls) || !breaker && got <= messages || s.Untagged+s.Rejected != 0 {
			t.Errorf("%s: %d attempts told, the provider saw %+v", channel, got, s)
		}
		// Accepted and lost, and retried after that, is what comes twice.
		if got := uint64(sent[i].Load()); got == 0 || got > s.Accepted-s.Duplicates {
			t.Errorf("%s: %d said to be sent, the provider saw %+v", channel, got, s)
		}
	}
}

// seen is what a provider saw once that is as many calls as were made: one that was given
// up may still lie unread. A difference that lasts is left for the caller to find.
func seen(mock *mockproviders.Mock, channel string, calls int64) contract.ProviderStats {
	for begin := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		s := mock.Stats().Providers[channel]
		if int64(s.Calls) == calls || time.Since(begin) > 10*time.Second {
			return s
		}
	}
}

// TestSessions: with PerRequest a session has connections of its own and they end
// with it; otherwise all share one, or two: net/http gives up a connection of which it
// learns late that its request was written.
func TestSessions(t *testing.T) {
	for _, kind := range clientKinds() {
		for perRequest, most := range map[bool]uint64{true: 8, false: 2} {
			cfg := testConfig(t, "http://127.0.0.1:1")
			cfg.Client, cfg.PerRequest, cfg.CallTimeout = kind.name, perRequest, time.Minute
			mock, c := mocked(t, contract.Behaviour{Latency: "0s"}, cfg)
			for range 4 {
				s := c.Session()
				if r := s.Send(0, &message, time.Now().Add(time.Minute)); r.Class != ClassSent {
					t.Errorf("%+v", r)
				}
				s.End()
			}
			for range 2 { // without a session of the caller's
				c.Send(0, &message, time.Now().Add(time.Minute))
				c.Attempt(0, &message, 1, time.Now().Add(time.Minute))
			}
			got := mock.Stats().Providers[contract.Email]
			if got.Connections < 1 || got.Connections > most || perRequest && got.Connections != most || got.Calls != 8 {
				t.Errorf("%s, per request %t: %+v, want %d connections at most", kind.name, perRequest, got, most)
			}
		}
	}
}
