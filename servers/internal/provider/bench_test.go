package provider

import (
	"log/slog"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// BenchmarkSend is what a message on each of the three channels costs, the cheapest
// of providers (in this process) included: plain with nothing on, as by default,
// and each that comes on top.
func BenchmarkSend(b *testing.B) {
	for _, kind := range clientKinds() {
		for _, c := range []struct {
			name string
			set  func(*Config)
		}{
			{"plain", func(*Config) {}},
			{"vendor", func(c *Config) { c.Wire = contract.WireVendor }},
			{"plain-guarded", guardAll},
			{"vendor-guarded", func(c *Config) { c.Wire = contract.WireVendor; guardAll(c) }},
		} {
			b.Run(kind.name+"/"+c.name, func(b *testing.B) {
				cfg := testConfig(b, "http://127.0.0.1:1")
				cfg.Client, cfg.Credentials = kind.name, testCredentials()
				c.set(&cfg)
				benchmarkSend(b, cfg)
			})
		}
	}
}

func guardAll(c *Config) {
	c.Attempts, c.Backoff, c.Budget = 4, time.Second, 0.2
	c.Breaker, c.BreakerOpen, c.Bulkhead, c.RateLimit = true, time.Second, 64, 1_000_000
}

func benchmarkSend(b *testing.B, cfg Config) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := &fasthttp.Server{Handler: answerAll, NoDefaultDate: true}
	go srv.Serve(ln)
	defer srv.Shutdown()
	for i := range cfg.URLs {
		cfg.URLs[i] = &url.URL{Scheme: "http", Host: ln.Addr().String()}
	}
	c, err := New(cfg, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	m := Message{To: "user17@example.com", Subject: "Order shipped #17", Text: "Your order is on its way #17"}
	b.ReportAllocs()
	for b.Loop() {
		for channel := range channelCount {
			if r := c.Send(channel, &m, time.Now().Add(time.Second)); r.Class != ClassSent || r.ProviderID == "" {
				b.Fatal(r)
			}
		}
	}
}

// answerAll is a provider of any kind.
func answerAll(ctx *fasthttp.RequestCtx) {
	ctx.Response.Header.Set(contract.HeaderTiming, "planned;dur=0.000, served;dur=0.012")
	ctx.SetContentType(contentJSON)
	switch ctx.Path()[2] {
	case '3':
		ctx.SetStatusCode(202)
		ctx.Response.Header.Set("X-Message-Id", "qrLD8ZKDQVq4xM0yQ7ZJcA")
	case '0':
		ctx.SetStatusCode(201)
		ctx.SetBodyString(twilioSent)
	case '1':
		ctx.SetBodyString(`{"name":"projects/notifybench/messages/0:1500415314455276%31bd1c9631bd1c96"}`)
	default:
		ctx.SetBodyString(`{"id":"p-1"}`)
	}
}

const twilioSent = `{"account_sid":"AC00000000000000000000000000000000","api_version":"2010-04-01",` +
	`"body":"Your order is on its way #17","date_created":"Thu, 24 Aug 2023 05:01:45 +0000","date_sent":null,` +
	`"direction":"outbound-api","error_code":null,"error_message":null,"from":"+15550000000","num_media":"0",` +
	`"num_segments":"1","price":null,"price_unit":null,"sid":"SM0123456789abcdef0123456789abcdef","status":"queued",` +
	`"subresource_uris":{"media":"/2010-04-01/Accounts/AC0/Messages/SM0/Media.json"},"to":"+15550000017"}`

// BenchmarkWire is the share of the wire formats: writing three bodies.
func BenchmarkWire(b *testing.B) {
	m := Message{To: "user17@example.com", Subject: "Order shipped #17", Text: "Your order is on its way #17"}
	for _, kind := range wireKinds() {
		wires := kind.new(testCredentials())
		b.Run(kind.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, w := range wires {
					if len(w.encode(&m)) == 0 {
						b.Fatal("empty")
					}
				}
			}
		})
	}
}

// BenchmarkAround is what stands around one call, which itself takes no time:
// nothing, and everything.
func BenchmarkAround(b *testing.B) {
	for name, set := range map[string]func(*Config){"nothing": func(*Config) {}, "everything": guardAll} {
		b.Run(name, func(b *testing.B) {
			cfg := testConfig(b, "http://127.0.0.1:1")
			set(&cfg)
			cfg.RateLimit *= 1000
			c := scripted(b, cfg, nil, func(int, time.Time) (answer, error) { return ok() })
			defer c.Close()
			deadline := time.Now().Add(time.Hour)
			b.ReportAllocs()
			for b.Loop() {
				if r := c.Send(0, &message, deadline); r.Class != ClassSent {
					b.Fatal(r)
				}
			}
		})
	}
}
