package notification

import (
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

const goodBody = `{"email":"user17@example.com","phone":"+15550000017","device_token":"token-17",` +
	`"subject":"Order shipped #17","message":"Your order is on its way #17","channels":["email","sms","push"]}`

// BenchmarkNotify is what a notification with three provider calls costs, the mock
// providers (in this process) included, on the plain path and on the full one.
func BenchmarkNotify(b *testing.B) {
	mock := startMock(b, "0s")
	defer mock.Close()
	user := `{"user_id":"17","subject":"Order shipped #17","message":"Your order is on its way #17"}`
	for _, client := range []string{contract.ClientNetHTTP, contract.ClientFastHTTP} {
		plain := mockedConfig(b, client, mock.Ready())
		full := plain
		full.Store, full.Cache, full.CacheSize = contract.StoreMemory, contract.CacheMemory, 10_000
		full.Calls.Wire, full.Calls.Breaker, full.Calls.BreakerOpen = contract.WireVendor, true, time.Second
		full.Calls.Attempts, full.Calls.Backoff, full.Calls.Jitter = 3, time.Second, contract.JitterFull
		full.Calls.Budget, full.Calls.Bulkhead = 0.2, 100
		b.Run("plain/"+client, func(b *testing.B) { benchmarkNotify(b, plain, goodBody) })
		b.Run("full/"+client, func(b *testing.B) { benchmarkNotify(b, full, user) })
	}
}

func benchmarkNotify(b *testing.B, cfg Config, body string) {
	s, err := New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	b.ReportAllocs()
	for b.Loop() {
		if r := s.notify(time.Now(), body); r.Status != 200 {
			b.Fatal(r.Status, string(r.Body))
		}
	}
}

// BenchmarkRead is the share of decoding, checking and encoding the calls.
func BenchmarkRead(b *testing.B) {
	cfg := testConfig("http://127.0.0.1:1")
	b.ReportAllocs()
	for b.Loop() {
		if _, refusal := read([]byte(goodBody), &cfg); refusal != nil {
			b.Fatal(string(refusal.Body))
		}
	}
}

func testConfig(base string) Config {
	u, err := url.Parse(base)
	if err != nil {
		panic(err)
	}
	cfg := Config{
		Calls: provider.Config{
			Wire: contract.WirePlain, Client: contract.ClientNetHTTP, MaxConns: 64, CallTimeout: time.Second, Attempts: 1,
		},
		Deadline: 2 * time.Second, Store: contract.StoreNone, Cache: contract.CacheNone, Mode: contract.ModeSync,
		Queue: contract.QueueMemory, QueueSize: 100, QueueWorkers: 4, Expiry: time.Hour,
	}
	for i := range cfg.Calls.URLs {
		cfg.Calls.URLs[i] = u
	}
	return cfg
}
