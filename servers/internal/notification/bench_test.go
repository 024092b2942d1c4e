package notification

import (
	"net/url"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

const goodBody = `{"email":"user17@example.com","phone":"+15550000017","device_token":"token-17",` +
	`"subject":"Order shipped #17","message":"Your order is on its way #17","channels":["email","sms","push"]}`

// BenchmarkNotify is what a notification with three provider calls costs, the mock
// providers (in this process) included.
func BenchmarkNotify(b *testing.B) {
	mock := startMock(b, "0s")
	defer mock.Close()
	for _, name := range clients() {
		b.Run(name, func(b *testing.B) {
			s := mockedService(b, name, mock.Ready())
			defer s.Close()
			b.ReportAllocs()
			for b.Loop() {
				if r := s.Notify(time.Now(), []byte(goodBody)); r.Status != 200 {
					b.Fatal(r.Status, string(r.Body))
				}
			}
		})
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
	cfg := Config{Deadline: 2 * time.Second, Calls: provider.Config{
		Wire: contract.WirePlain, Client: contract.ClientNetHTTP, MaxConns: 64, CallTimeout: time.Second,
	}}
	for i := range cfg.Calls.URLs {
		cfg.Calls.URLs[i] = u
	}
	return cfg
}

// clients are the provider clients to run a test with.
func clients() []string { return []string{contract.ClientNetHTTP, contract.ClientFastHTTP} }
