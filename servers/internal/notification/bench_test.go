package notification

import (
	"log/slog"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

const goodBody = `{"email":"user17@example.com","phone":"+15550000017","device_token":"token-17",` +
	`"subject":"Order shipped #17","message":"Your order is on its way #17","channels":["email","sms","push"]}`

// BenchmarkNotify is what a notification with three provider calls costs, the
// cheapest of providers (in this process) included.
func BenchmarkNotify(b *testing.B) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	provider := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
		ctx.Response.Header.Set(contract.HeaderTiming, "planned;dur=0.000, served;dur=0.012")
		ctx.SetBodyString(`{"id":"p-1"}`)
	}}
	go provider.Serve(ln)
	defer provider.Shutdown()
	for _, kind := range clientKinds() {
		b.Run(kind.name, func(b *testing.B) {
			cfg := testConfig("http://" + ln.Addr().String())
			cfg.Client = kind.name
			s, err := New(cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				b.Fatal(err)
			}
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

func testConfig(provider string) Config {
	u, err := url.Parse(provider + "/send")
	if err != nil {
		panic(err)
	}
	cfg := Config{
		Client: contract.ClientNetHTTP, MaxConns: 64, CallTimeout: time.Second, Deadline: 2 * time.Second,
	}
	for i := range cfg.Providers {
		cfg.Providers[i] = u
	}
	return cfg
}
