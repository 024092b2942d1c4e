package notification

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/mockproviders"
)

// TestAgainstMockProviders has the mock providers of the harness judge the calls:
// each notification is told by its number on every channel, none is malformed,
// none comes twice.
func TestAgainstMockProviders(t *testing.T) {
	const notifications = 100
	for _, name := range clients() {
		t.Run(name, func(t *testing.T) {
			mock := startMock(t, "1ms")
			defer mock.Close()
			s := mockedService(t, name, mock.Ready())
			var all sync.WaitGroup
			for k := range notifications {
				all.Go(func() { notifyTagged(t, s, k) })
			}
			all.Wait()
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			for channel, got := range mock.Stats().Providers {
				if got.Calls != notifications || got.Accepted != notifications ||
					got.Untagged+got.Duplicates+got.Rejected+got.Abandoned != 0 {
					t.Errorf("%s: %+v", channel, got)
				}
			}
		})
	}
}

func startMock(t testing.TB, latency string) *mockproviders.Mock {
	cfg := contract.MockConfig{Seed: 1, Providers: map[string]contract.Behaviour{}}
	for _, channel := range contract.Channels() {
		cfg.Providers[channel] = contract.Behaviour{Latency: latency}
	}
	mock, err := mockproviders.Start(cfg, mockproviders.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return mock
}

func mockedService(t testing.TB, client string, ready contract.MockReady) *Service {
	cfg := testConfig("http://127.0.0.1:1")
	cfg.Calls.Client, cfg.Calls.CallTimeout, cfg.Deadline = client, time.Minute, time.Minute
	for i := range channels {
		u, err := url.Parse(ready.Providers[channels[i].name])
		if err != nil {
			t.Fatal(err)
		}
		cfg.Calls.URLs[i] = u
	}
	s, err := New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func notifyTagged(t *testing.T, s *Service, k int) {
	body := fmt.Sprintf(`{"email":"user%d@example.com","phone":"+155500%05d","device_token":"token-%d",`+
		`"subject":"Order shipped #%d","message":"It is on its way #%d"}`, k, k, k, k, k)
	if r := s.Notify(time.Now(), []byte(body)); r.Status != http.StatusOK {
		t.Errorf("notification %d: %d %s", k, r.Status, r.Body)
	}
}
