package mockproviders

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
)

// TestEveryLatencyIsServedAsPlanned holds for any family listed.
func TestEveryLatencyIsServedAsPlanned(t *testing.T) {
	for _, kind := range latency.Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel()
			d, err := latency.Parse(kind.Example)
			if err != nil {
				t.Fatal(err)
			}
			b := start(t, map[string]contract.Behaviour{
				contract.Email: {Latency: kind.Example}, contract.Push: {Latency: kind.Example},
			})
			var calls sync.WaitGroup
			for k := range uint64(4) {
				channel := []string{contract.Email, contract.Push}[k%2]
				calls.Go(func() { b.expectServed(channel, k, d.Quantile(latency.Draw(1, k, channel, 1))) })
			}
			calls.Wait()
			if s := b.Stats().Providers[contract.Email]; s.Accepted != 2 || s.DelayError.Count != 2 {
				t.Errorf("stats: %+v", s)
			}
		})
	}
}

func (b *testbed) expectServed(channel string, k uint64, planned time.Duration) {
	start := time.Now()
	r := b.send(channel, k)
	if took := time.Since(start); took < planned {
		b.t.Errorf("%s #%d: answered after %v, planned %v", channel, k, took, planned)
	}
	want := float64(planned) / float64(time.Millisecond)
	if r.status != http.StatusOK || math.Abs(r.planned-want) > 0.001 || r.served < r.planned {
		b.t.Errorf("%s #%d: %+v, planned %v", channel, k, r, planned)
	}
}

func TestAnswersAreAFunctionOfTheCall(t *testing.T) {
	behaviour := map[string]contract.Behaviour{
		contract.Email: {Latency: "{uniform: [0s, 5ms]}", ErrorRate: 0.5, ErrorStatus: 503},
	}
	a, b := start(t, behaviour), start(t, behaviour)
	const last = 31
	var forward, backward [last + 1][2]reply
	for n := range 2 {
		for k := range uint64(last + 1) {
			forward[k][n] = a.send(contract.Email, k)
			backward[last-k][n] = b.send(contract.Email, last-k)
		}
	}
	repeated, failed := 0, 0
	for k := range forward {
		for n := range 2 {
			f, g := forward[k][n], backward[k][n]
			if f.planned != g.planned || f.status != g.status || f.body != g.body {
				t.Errorf("#%d, call %d: %+v and %+v", k, n+1, f, g)
			}
			if f.status == http.StatusServiceUnavailable && f.plain.Error != "" {
				failed++
			}
		}
		if forward[k][0].planned == forward[k][1].planned {
			repeated++
		}
	}
	if repeated > 1 || failed < 16 || failed > 48 {
		t.Errorf("of %d, %d second calls were planned like the first; %d of twice as many failed",
			last+1, repeated, failed)
	}
	if r := forward[3][1]; r.status == http.StatusOK && r.plain.ID != "email-3-2" {
		t.Errorf("id %q", r.plain.ID)
	}
}

func TestStatsAddUp(t *testing.T) {
	b := start(t, map[string]contract.Behaviour{contract.Email: {Latency: "1ms", ErrorRate: 0.3}})
	url := b.Ready().Providers[contract.Email] + "/send"
	for k := range uint64(20) {
		b.send(contract.Email, k)
		b.send(contract.Email, k)
	}
	b.do(http.MethodPost, url, `{"to":"x","message":"no tag"}`)
	b.do(http.MethodPost, url, `{"message":"no address #1"}`)
	b.send(contract.Email, contract.ProbeBase)
	b.send(contract.Email, contract.ProbeBase+7)

	r := b.do(http.MethodGet, b.Ready().Control+"/stats", "")
	var all contract.MockStats
	if err := json.Unmarshal([]byte(r.body), &all); err != nil {
		t.Fatal(err)
	}
	s := all.Providers[contract.Email]
	if s.Calls != 42 || s.Calls != s.Accepted+s.Failed+s.Rejected+s.Abandoned {
		t.Errorf("42 calls do not add up: %+v", s)
	}
	if s.Rejected != 1 || s.Untagged != 1 || s.Failed == 0 || s.InFlightPeak != 1 {
		t.Errorf("%+v", s)
	}
	// net/http gives up a connection of which it learns late that its request was written.
	if s.Connections < 1 || s.Connections > 2 {
		t.Errorf("%d connections, want 1, at most 2", s.Connections)
	}
	if s.Duplicates != duplicates(20, 0.3) || s.DelayError.Count != s.Accepted+s.Failed {
		t.Errorf("want %d duplicates: %+v", duplicates(20, 0.3), s)
	}
	if s.DelayError.Max < s.DelayError.P99 || s.DelayError.P99 < s.DelayError.P50 || s.BytesIn == 0 {
		t.Errorf("%+v", s)
	}
	if all.CPU <= 0 {
		t.Errorf("CPU %v", all.CPU)
	}
}

// duplicates is how often both calls of a k succeed.
func duplicates(count uint64, rate float64) (n uint64) {
	for k := range count {
		if latency.DrawFault(1, k, contract.Email, 1) >= rate &&
			latency.DrawFault(1, k, contract.Email, 2) >= rate {
			n++
		}
	}
	return n
}

func TestProbesAreAnsweredAtOnceAndNeverFail(t *testing.T) {
	b := start(t, map[string]contract.Behaviour{contract.SMS: {Latency: "1h", ErrorRate: 1}})
	if r := b.send(contract.SMS, contract.ProbeBase+3); r.status != http.StatusOK || r.planned != 0 {
		t.Errorf("%+v", r)
	}
	if s := b.Stats().Providers[contract.SMS]; s.Calls != 0 || s.BytesIn != 0 || s.DelayError.Count != 0 {
		t.Errorf("counted: %+v", s)
	}
}

func TestBadCalls(t *testing.T) {
	b := start(t, emailOnly("0s"))
	base := b.Ready().Providers[contract.Email]
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     string
		calls                    uint64
	}{
		{"malformed", "POST", "/send", "{", 400, "malformed JSON", 1},
		{"empty", "POST", "/send", "", 400, "malformed JSON", 1},
		{"trailing data", "POST", "/send", `{"to":"x"} 1`, 400, "malformed JSON", 1},
		{"wrong type", "POST", "/send", `{"to":5}`, 400, "malformed JSON", 1},
		{"no address", "POST", "/send", `{"subject":"a #1"}`, 400, "to is missing", 1},
		{"too large", "POST", "/send", strings.Repeat(" ", maxBody+1), 413, "above 65536 bytes", 1},
		{"wrong method", "GET", "/send", "", 405, "valid: POST", 1},
		{"wrong path", "POST", "/sent", callFor(1), 404, "valid: POST /send", 0},
		{"long header", "POST", "/send?" + strings.Repeat("x", maxHeader), callFor(1), 431, "above 4096 bytes", 1},
	}
	for _, tt := range tests {
		before := b.Stats().Providers[contract.Email]
		r := b.do(tt.method, base+tt.path, tt.body)
		if r.status != tt.status || !strings.Contains(r.plain.Error, tt.want) {
			t.Errorf("%s: %d %s; want %d, %q", tt.name, r.status, r.body, tt.status, tt.want)
		}
		after := b.Stats().Providers[contract.Email]
		if after.Calls-before.Calls != tt.calls || after.Rejected-before.Rejected != tt.calls {
			t.Errorf("%s: counted %+v", tt.name, after)
		}
	}
}

func TestACallerThatHangsUpIsCounted(t *testing.T) {
	b := start(t, emailOnly("1s"))
	b.raw(contract.Email, "POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{\"to\":\"x\"}").Close()
	b.eventually(func(s contract.ProviderStats) bool { return s.Abandoned == 1 })
	if s := b.Stats().Providers[contract.Email]; s.Calls != 1 || s.Accepted != 0 || s.DelayError.Count != 0 {
		t.Errorf("%+v", s)
	}
}

// raw opens a connection to a provider and writes text to it.
func (b *testbed) raw(channel, text string) net.Conn {
	b.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(b.Ready().Providers[channel], "http://"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		b.t.Fatal(err)
	}
	return c
}

// eventually waits until the email provider's statistics say so.
func (b *testbed) eventually(holds func(contract.ProviderStats) bool) {
	b.t.Helper()
	b.until(contract.Email, holds)
}

func TestCloseLetsShortCallsFinishAndCutsLongOnes(t *testing.T) {
	b := start(t, map[string]contract.Behaviour{
		contract.Email: {Latency: "100ms"}, contract.SMS: {Latency: "1h"},
	})
	b.raw(contract.Email, "POST /send HTT") // hangs in the middle of a request
	var calls sync.WaitGroup
	calls.Go(func() {
		if r := b.send(contract.Email, 1); r.status != http.StatusOK {
			t.Errorf("%+v", r)
		}
	})
	calls.Go(func() {
		resp, err := b.client.Post(b.Ready().Providers[contract.SMS]+"/send", "", strings.NewReader(callFor(1)))
		if err == nil {
			t.Errorf("answered %s, though planned for later", resp.Status)
			resp.Body.Close()
		}
	})
	b.eventually(func(s contract.ProviderStats) bool {
		return s.Calls == 1 && b.Stats().Providers[contract.SMS].Calls == 1
	})
	b.Close()
	calls.Wait()
	if _, err := net.Dial("tcp", strings.TrimPrefix(b.Ready().Control, "http://")); err == nil {
		t.Error("the control port is still open")
	}
}

func TestStartRefuses(t *testing.T) {
	taken := start(t, emailOnly("0s"))
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(taken.Ready().Control, "http://"))
	busy, err := net.LookupPort("tcp", port)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		providers map[string]contract.Behaviour
		opts      Options
		want      string
	}{
		{"nothing", nil, Options{}, "no providers (valid: email, sms, push)"},
		{"unknown", map[string]contract.Behaviour{"fax": {Latency: "1ms"}}, Options{}, `unknown provider "fax"`},
		{"latency", emailOnly("fast"), Options{}, `email: latency: "fast" is not a duration`},
		{"no latency", emailOnly(""), Options{}, "email: latency is empty"},
		{"port name", emailOnly("1ms"), Options{Ports: map[string]int{"sms": 1}}, `a port for "sms"`},
		{"port taken", emailOnly("1ms"), Options{Ports: map[string]int{Control: busy}}, "listen for control"},
	}
	for _, tt := range tests {
		m, err := Start(contract.MockConfig{Providers: tt.providers}, tt.opts)
		if err == nil {
			m.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestRunPrintsWhereItListensAndStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error)
	go func() {
		done <- Run(ctx, contract.MockConfig{Providers: emailOnly("1ms")}, Options{}, w)
	}()
	var ready contract.MockReady
	if err := json.NewDecoder(r).Decode(&ready); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(ready.Providers[contract.Email], "http://127.0.0.1:") || ready.Control == "" {
		t.Errorf("%+v", ready)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := Run(t.Context(), contract.MockConfig{}, Options{}, &bytes.Buffer{}); err == nil {
		t.Error("no providers: want an error")
	}
}
