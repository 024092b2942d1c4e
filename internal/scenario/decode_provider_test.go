package scenario

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

const faulty = `title: t
providers: {email: {latency: 200ms, error_rate: 1%, faults: {reset: 1%, hang: 0.1%}, drip_time: 2s}, sms: {latency: 1ms}}
servers: [goroutine]
loads: {r: 10/s}
timeline:
  - {at: 500ms, set: {providers.email.faults.lost: 5%, providers.sms.queue: {servers: 8, length: 100}}}
  - {at: 1s, set: {providers.email.faults: {drip: 2%}, providers.email.drip_time: 1s}}
  - {at: 1500ms, set: {providers.email.faults: {}}}
`

func TestFaultsAndQueues(t *testing.T) {
	s, err := Decode("x.yaml", []byte(faulty))
	if err != nil {
		t.Fatal(err)
	}
	email := s.Providers[0].Behaviour()
	want := contract.Behaviour{Latency: "200ms", ErrorRate: 0.01, ErrorStatus: 500,
		Faults: map[string]float64{"reset": 0.01, "hang": 0.001}, DripTime: 2 * time.Second}
	if !reflect.DeepEqual(email, want) {
		t.Errorf("got %+v, want %+v", email, want)
	}
	if sms := s.Providers[1].Behaviour(); sms.Faults != nil || sms.Queue != nil || sms.DripTime != 0 {
		t.Errorf("sms has what nobody gave it: %+v", sms)
	}
	first := s.Timeline[0]
	if got := first.Providers[0].Faults; !reflect.DeepEqual(got, map[string]float64{"reset": 0.01, "hang": 0.001, "lost": 0.05}) {
		t.Errorf("one more fault gives %v", got)
	}
	if q := first.Providers[1].Queue; q == nil || *q != (contract.Queue{Servers: 8, Length: 100}) {
		t.Errorf("queue %v", q)
	}
	if got, want := first.Text, "email faults {reset: 0.01, hang: 0.001, lost: 0.05}, sms queue {servers: 8, length: 100}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if p := s.Timeline[1].Providers[0]; !reflect.DeepEqual(p.Faults, map[string]float64{"drip": 0.02}) || p.DripTime != time.Second {
		t.Errorf("%+v", p)
	}
	if p := s.Timeline[2].Providers[0]; p.Faults != nil {
		t.Errorf("faults did not end: %+v", p)
	}
	back, err := Decode("x.yaml", []byte(Text(s)))
	if err != nil || !reflect.DeepEqual(withoutPlaces(back), withoutPlaces(s)) {
		t.Errorf("%v: read back as %+v", err, back)
	}
}

func TestProviderMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"{latency: 1ms, faults: {rest: 1%}}":                                            `--email:1:25: unknown key "rest": did you mean "reset"?`,
		"{latency: 1ms, faults: {reset: 2}}":                                            "--email:1:32: faults.reset: share 2 is out of range",
		"{latency: 1ms, faults: reset}":                                                 "faults is a single value, not a mapping",
		"{latency: 1ms, error_rate: 60%, faults: {hang: 50%}}":                          "error_rate and faults of provider email add up to 110%",
		"{latency: 1ms, queue: {servers: 0, length: 1}}":                                "queue.servers: 0 is out of range",
		"{latency: 1ms, queue: {servers: 1}}":                                           "missing key queue.length",
		"{latency: 1ms, drip_time: 0s}":                                                 "drip_time: 0s is out of range",
		"{latency: 1ms, throttle: {fixd_window: {}}}":                                   `--email:1:27: unknown key "fixd_window": did you mean "fixed_window"?`,
		"{latency: 1ms, throttle: 5}":                                                   "throttle is a single value, not a mapping",
		"{latency: 1ms, throttle: {concurrency: 0}}":                                    "--email:1:40: throttle.concurrency: 0 is out of range",
		"{latency: 1ms, throttle: {concurrency: 5, token_bucket: {rate: 1, burst: 1}}}": "--email:1:26: 2 kinds of throttle at once",
		"{latency: 1ms, throttle: {fixed_window: {limit: 5}}}":                          "missing key throttle.fixed_window.window",
		"{latency: 1ms, throttle: {fixed_window: {limit: 5, window: 1us}}}":             "throttle.fixed_window.window: 1us is out of range",
		"{latency: 1ms, throttle: {fixed_window: {limit: 5, window: 1}}}":               `"1" has no unit`,
		"{latency: 1ms, throttle: {token_bucket: {rate: 0, burst: 1}}}":                 "--email:1:48: rate: 0 is not a number of calls per second",
		"{latency: 1ms, throttle: {token_bucket: {rate: 1/s, burst: 1}}}":               "rate: 1/s is not a number of calls per second",
		"{latency: 1ms, throttle: {token_bucket: {rate: 1, burst: 0}}}":                 "throttle.token_bucket.burst: 0 is out of range",
		"200":                   "200: a latency needs a unit",
		"{unifrom: [1ms, 2ms]}": `unknown latency "unifrom"`,
	} {
		if _, err := ParseProvider("--email", "email", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
	p, err := ParseProvider("--sms", "sms", "{uniform: [1ms, 2ms]}")
	if err != nil || p.Latency.String() != "{uniform: [1ms, 2ms]}" || p.ErrorStatus != 500 {
		t.Errorf("%+v, %v", p, err)
	}
	src := strings.Replace(faulty, "faults.lost: 5%", "faults.lost: 99%", 1)
	if _, err := Decode("x.yaml", []byte(src)); err == nil || !strings.Contains(err.Error(), "x.yaml:6:22: error_rate and faults") {
		t.Errorf("a step may not have more faults than calls: %v", err)
	}
	src = strings.Replace(faulty, "faults.lost", "faults.last", 1)
	if _, err := Decode("x.yaml", []byte(src)); err == nil || !strings.Contains(err.Error(), `unknown fault "last": did you mean "lost"?`) {
		t.Errorf("a misspelt fault: %v", err)
	}
}

// TestThrottleRoundTrips: every example listed, and any throttle there can be, in
// the text of a provider and in a step that sets it.
func TestThrottleRoundTrips(t *testing.T) {
	for _, k := range contract.Throttles() {
		p, err := ParseProvider("--sms", "sms", "{latency: 1ms, throttle: "+k.Example+"}")
		if err != nil || p.Throttle == nil || throttleText(p.Throttle) != k.Example || k.Summary == "" {
			t.Errorf("%s: %+v reads %q, %v", k.Name, p.Throttle, throttleText(p.Throttle), err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := drawThrottle(t)
		text := throttleText(&want)
		p, err := ParseProvider("--sms", "sms", "{latency: 1ms, throttle: "+text+"}")
		if err != nil || !reflect.DeepEqual(*p.Throttle, want) || !reflect.DeepEqual(*p.Behaviour().Throttle, want) {
			t.Fatalf("%s: %+v, %v", text, p.Throttle, err)
		}
	})
}

func drawThrottle(t *rapid.T) contract.Throttle {
	calls := rapid.IntRange(1, contract.MaxThrottleCalls)
	switch rapid.SampledFrom(throttleNames()).Draw(t, "kind") {
	case contract.ThrottleConcurrency:
		return contract.Throttle{Concurrency: calls.Draw(t, "calls")}
	case contract.ThrottleTokenBucket:
		rate := rapid.Float64Range(contract.MinThrottleRate, contract.MaxThrottleCalls).Draw(t, "rate")
		return contract.Throttle{TokenBucket: &contract.TokenBucket{Rate: rate, Burst: calls.Draw(t, "burst")}}
	}
	window := time.Duration(rapid.Int64Range(int64(minWindow), int64(maxWindow)).Draw(t, "window"))
	return contract.Throttle{FixedWindow: &contract.FixedWindow{Limit: calls.Draw(t, "limit"), Window: window}}
}

const throttledFile = `title: t
wire: vendor
providers: {email: {latency: 5ms, throttle: {fixed_window: {limit: 100, window: 1s}}}, sms: {latency: 1ms}}
servers: [goroutine]
loads: {r: 10/s}
timeline:
  - {at: 500ms, set: {providers.email.throttle: {fixed_window: {limit: 10, window: 1s}}}}
  - {at: 1s, set: {providers.email.throttle: {}, providers.sms.throttle: {token_bucket: {rate: 0.5, burst: 2}}}}
`

func TestThrottlesInATimeline(t *testing.T) {
	s, err := Decode("x.yaml", []byte(throttledFile))
	if err != nil {
		t.Fatal(err)
	}
	if s.Wire != contract.WireVendor {
		t.Errorf("wire %q", s.Wire)
	}
	if got := s.Timeline[0].Providers[0].Throttle; got == nil || got.FixedWindow == nil || got.FixedWindow.Limit != 10 {
		t.Errorf("first step: %+v", got)
	}
	if got, want := s.Timeline[1].Text, "email throttle {}, sms throttle {token_bucket: {rate: 0.5, burst: 2}}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	back, err := Decode("x.yaml", []byte(Text(s)))
	if err != nil || !reflect.DeepEqual(withoutPlaces(back), withoutPlaces(s)) {
		t.Errorf("%v: read back as %+v", err, back)
	}
}
