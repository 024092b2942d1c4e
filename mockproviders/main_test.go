package mockproviders

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/contract"
)

// asProgram makes the test binary the mock providers, so that a benchmark can
// measure them as a process of their own. Its value is the MockConfig.
const asProgram = "MOCKPROVIDERS_CONFIG"

func TestMain(m *testing.M) {
	if text := os.Getenv(asProgram); text != "" {
		os.Exit(program(text))
	}
	// What fasthttp's client leaves behind, which only the tests use here.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*HostClient).connsCleaner"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*TCPDialer).tcpAddrsClean"))
}

func program(text string) int {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	var cfg contract.MockConfig
	err := json.Unmarshal([]byte(text), &cfg)
	if err == nil {
		err = Run(ctx, cfg, Options{}, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// patience is how long anything may take that happens at once on an idle machine: no
// test passes or fails by it on a busy one.
const patience = 30 * time.Second

// testbed is a running mock with a client.
type testbed struct {
	*Mock
	t      testing.TB
	client *http.Client
}

// start runs the channels given with one behaviour each.
func start(t testing.TB, providers map[string]contract.Behaviour) *testbed {
	t.Helper()
	m, err := Start(contract.MockConfig{Seed: 1, Providers: providers}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	b := &testbed{Mock: m, t: t, client: &http.Client{Transport: transport, Timeout: time.Minute}}
	t.Cleanup(func() {
		m.Close()
		transport.CloseIdleConnections()
	})
	return b
}

func emailOnly(latency string) map[string]contract.Behaviour {
	return map[string]contract.Behaviour{contract.Email: {Latency: latency}}
}

// reply is an answer, read.
type reply struct {
	status          int
	body            string
	plain           contract.PlainReply
	planned, served float64 // ms
	header          http.Header
}

func (b *testbed) do(method, url, body string) reply {
	b.t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	r := reply{status: resp.StatusCode, body: string(text), header: resp.Header}
	if timing := resp.Header.Get("Server-Timing"); timing != "" {
		if _, err := fmt.Sscanf(timing, "planned;dur=%f, served;dur=%f", &r.planned, &r.served); err != nil {
			b.t.Errorf("Server-Timing %q: %v", timing, err)
		}
	}
	_ = json.Unmarshal(text, &r.plain) // not every answer is one
	return r
}

func (b *testbed) send(channel string, k uint64) reply {
	b.t.Helper()
	return b.do(http.MethodPost, b.Ready().Providers[channel]+"/send", callFor(k))
}

func (b *testbed) put(path string, v any) reply {
	b.t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(http.MethodPut, b.Ready().Control+path, string(body))
}

func callFor(k uint64) string {
	return fmt.Sprintf(`{"to":"a@example.org","subject":%q,"message":"Your order has shipped."}`,
		contract.Tag("Order", k))
}
