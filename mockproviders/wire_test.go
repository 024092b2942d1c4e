package mockproviders

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestEveryWireIsSpokenByItsProvider, and there is a dialect here for each.
func TestEveryWireIsSpokenByItsProvider(t *testing.T) {
	spoken := map[string]bool{}
	for _, d := range dialects() {
		spoken[fmt.Sprintf("%T", providerOf(d).wires[0])] = true
		w, _ := providerOf(d).find([]byte(d.path))
		if w == nil {
			t.Fatalf("%s: nobody answers %s", d.name, d.path)
		}
		spoken[fmt.Sprintf("%T", w)] = true
	}
	for _, channel := range contract.Channels() {
		wires := wiresOf(channel)
		if len(wires) != 2 || wires[0].path() != contract.PathPlain {
			t.Errorf("%s speaks %v", channel, wires)
		}
		for _, w := range wires {
			if !spoken[fmt.Sprintf("%T", w)] {
				t.Errorf("%T is not tested", w)
			}
		}
	}
}

func providerOf(d dialect) *provider { return newProvider(d.channel, nil, nil) }

// forEvery runs a test for every wire and client.
func forEvery(t *testing.T, test func(t *testing.T, d dialect, ask func(d dialect, base, body string) heard)) {
	for _, d := range dialects() {
		for name, ask := range clients() {
			t.Run(d.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				test(t, d, ask)
			})
		}
	}
}

// TestASuccessInEveryWire: its id is a function of the call, its delay is served,
// with the clock's help or without.
func TestASuccessInEveryWire(t *testing.T) {
	forEvery(t, func(t *testing.T, d dialect, ask func(dialect, string, string) heard) {
		for _, latency := range []string{"0s", "20ms"} {
			b := start(t, d.behaving(contract.Behaviour{Latency: latency}))
			begin := time.Now()
			got := ask(d, b.Ready().Providers[d.channel], d.body(d.good, contract.Tag("Order", 7)))
			if latency != "0s" && time.Since(begin) < 20*time.Millisecond {
				t.Error("answered before its delay had passed")
			}
			if got.err != nil || got.status != d.success || d.id(got.header, got.body) != d.wantID || d.problem(got.body) != "" {
				t.Fatalf("%d %s, %v", got.status, got.body, got.err)
			}
			var planned, served float64
			if _, err := fmt.Sscanf(got.header(contract.HeaderTiming), "planned;dur=%f, served;dur=%f", &planned, &served); err != nil || served < planned {
				t.Errorf("%q: %v", got.header(contract.HeaderTiming), err)
			}
			if s := b.Stats().Providers[d.channel]; s.Accepted != 1 || s.Untagged != 0 || s.DelayError.Count != 1 {
				t.Errorf("%+v", s)
			}
		}
	})
}

// TestALongAnswerIsPromisedToo: longer than the buffer through which answers are written.
func TestALongAnswerIsPromisedToo(t *testing.T) {
	d := dialects()[2]
	text := contract.Tag(strings.Repeat("So long \"a\" message. ", 500), 7)
	for name, ask := range clients() {
		b := start(t, d.behaving(contract.Behaviour{Latency: "10ms"}))
		got := ask(d, b.Ready().Providers[d.channel], d.body(d.good, text))
		if got.err != nil || at(got.body, "body") != text || at(got.body, "sid") != d.wantID {
			t.Errorf("%s: %d, %d bytes, %v", name, got.status, len(got.body), got.err)
		}
	}
}

func TestAnErrorInEveryWire(t *testing.T) {
	forEvery(t, func(t *testing.T, d dialect, ask func(dialect, string, string) heard) {
		for _, status := range []int{400, 401, 403, 404, 418, 429, 500, 502, 503, 504} {
			b := start(t, d.behaving(contract.Behaviour{Latency: "1ms", ErrorRate: 1, ErrorStatus: status}))
			got := ask(d, b.Ready().Providers[d.channel], d.body(d.good, contract.Tag("Order", 7)))
			if got.err != nil || got.status != status || d.problem(got.body) == "" || d.id(got.header, got.body) != "" {
				t.Errorf("%d: %d %s, %v", status, got.status, got.body, got.err)
			}
			if s := b.Stats().Providers[d.channel]; s.Failed != 1 || s.Accepted != 0 {
				t.Errorf("%d: %+v", status, s)
			}
		}
	})
}

// TestABadAddressInEveryWire is turned away for good, whatever else would happen.
func TestABadAddressInEveryWire(t *testing.T) {
	forEvery(t, func(t *testing.T, d dialect, ask func(dialect, string, string) heard) {
		b := start(t, d.behaving(contract.Behaviour{Latency: "5ms", Faults: map[string]float64{contract.FaultLost: 1}}))
		got := ask(d, b.Ready().Providers[d.channel], d.body(d.bad, contract.Tag("Order", 7)))
		if got.err != nil || got.status != d.badStatus || d.problem(got.body) == "" || d.id(got.header, got.body) != "" {
			t.Errorf("%d %s, %v", got.status, got.body, got.err)
		}
		if s := b.Stats().Providers[d.channel]; s.Failed != 1 || s.Accepted != 0 || s.Faults != nil || s.DelayError.Count != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// TestThrottledInEveryWire: any throttle, any wire, in the words of the wire.
func TestThrottledInEveryWire(t *testing.T) {
	forEvery(t, func(t *testing.T, d dialect, ask func(dialect, string, string) heard) {
		for kind, throttle := range tight() {
			latency := map[bool]string{true: "2s", false: "0s"}[kind == contract.ThrottleConcurrency]
			b := start(t, d.behaving(contract.Behaviour{Latency: latency, Throttle: throttle}))
			base, body := b.Ready().Providers[d.channel], d.body(d.good, contract.Tag("Order", 7))
			first := make(chan heard, 1)
			go func() { first <- ask(d, base, body) }()
			b.until(d.channel, func(s contract.ProviderStats) bool { return s.Calls == 1 })
			got := ask(d, base, body)
			if one := <-first; one.err != nil || one.status != d.success {
				t.Errorf("%s: the first: %+v", kind, one)
			}
			if got.err != nil || got.status != 429 || d.problem(got.body) == "" || d.id(got.header, got.body) != "" {
				t.Errorf("%s: %d %s, %v", kind, got.status, got.body, got.err)
			}
			known := kind != contract.ThrottleConcurrency
			for name, want := range map[string]bool{
				contract.HeaderRetryAfter: d.name == "plain" || d.name == "fcm" && known,
				contract.HeaderRateLimit:  d.name == "sendgrid", contract.HeaderRateRemaining: d.name == "sendgrid",
				contract.HeaderRateReset:  d.name == "sendgrid" && known,
				contract.HeaderConcurrent: d.name == "twilio",
			} {
				if value := got.header(name); (value != "") != want {
					t.Errorf("%s: %s is %q", kind, name, value)
				}
			}
			if s := b.Stats().Providers[d.channel]; s.Throttled != 1 || s.Accepted != 1 || s.Calls != 2 || s.DelayError.Count != 1 {
				t.Errorf("%s: %+v", kind, s)
			}
		}
	})
}

// until waits until the statistics of a provider say so.
func (b *testbed) until(channel string, holds func(contract.ProviderStats) bool) {
	b.t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(5 * time.Millisecond) {
		if holds(b.Stats().Providers[channel]) {
			return
		}
	}
	b.t.Fatalf("not within %v: %+v", patience, b.Stats().Providers[channel])
}

// TestFaultsInEveryWire: the same fault in any wire, seen by any client.
func TestFaultsInEveryWire(t *testing.T) {
	forEvery(t, func(t *testing.T, d dialect, ask func(dialect, string, string) heard) {
		for _, f := range faults() {
			if d.patience = 0; f.name == contract.FaultHang {
				d.patience = 2 * time.Second
			}
			b := start(t, d.behaving(contract.Behaviour{Latency: "5ms", DripTime: 50 * time.Millisecond,
				Faults: map[string]float64{f.name: 1}}))
			got := ask(d, b.Ready().Providers[d.channel], d.body(d.good, contract.Tag("Order", 7)))
			switch f.name {
			case contract.FaultDrip:
				if got.err != nil || got.status != d.success || d.id(got.header, got.body) != d.wantID {
					t.Errorf("dripped: %d %q, %v", got.status, got.body, got.err)
				}
			case contract.FaultMalformed:
				var any any
				if got.err != nil || got.status != d.success || json.Unmarshal([]byte(got.body), &any) == nil || d.id(got.header, got.body) != "" {
					t.Errorf("malformed: %d %q, %v", got.status, got.body, got.err)
				}
			default:
				if got.err == nil {
					t.Errorf("%s: %d %q", f.name, got.status, got.body)
				}
			}
			b.until(d.channel, func(s contract.ProviderStats) bool { return s.Faults[f.name] == 1 })
			if s := b.Stats().Providers[d.channel]; s.Calls != 1 || s.Accepted+s.Dropped != 1 || (s.Accepted == 1) != f.accepted {
				t.Errorf("%s: %+v", f.name, s)
			}
		}
	})
}
