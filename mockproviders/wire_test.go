package mockproviders

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// dialect is a wire format as a client speaks it, and what it makes of an answer.
type dialect struct {
	name, channel, path, contentType, auth string
	good, bad                              string // addresses
	body                                   func(to, text string) string
	success                                int
	badStatus                              int
	id                                     func(header func(string) string, body string) string // empty: no success
	problem                                func(body string) string                             // empty: no error
	wantID                                 string                                               // of k 7, n 1
}

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// at reads a member of a JSON text by its path; empty where there is none.
func at(text string, path ...any) string {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return ""
	}
	for _, p := range path {
		switch step := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return ""
			}
			v = list[step]
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func inBody(path ...any) func(func(string) string, string) string {
	return func(_ func(string) string, body string) string { return at(body, path...) }
}

const account = "AC00000000000000000000000000000001"

func dialects() []dialect {
	bearer := "Bearer SG.key_1-2"
	return []dialect{
		{name: "plain", channel: contract.Email, path: "/send", contentType: typeJSON, good: "a@example.org", bad: "a@invalid.test",
			body:    func(to, text string) string { return jsonText(map[string]string{"to": to, "subject": text}) },
			success: 200, badStatus: 400, id: inBody("id"), wantID: "email-7-1",
			problem: func(body string) string { return at(body, "error") }},
		{name: "sendgrid", channel: contract.Email, path: "/v3/mail/send", contentType: typeJSON, auth: bearer,
			good: "a@example.org", bad: "a@invalid.test",
			body: func(to, text string) string {
				return jsonText(map[string]any{
					"personalizations": []any{map[string]any{"to": []any{map[string]string{"email": to, "name": "A"}}}},
					"from":             map[string]string{"email": "from@example.org"},
					"subject":          text, "content": []any{map[string]string{"type": "text/plain", "value": "Shipped."}}})
			},
			success: 202, badStatus: 400, wantID: "email-7-1",
			id:      func(header func(string) string, _ string) string { return header(contract.HeaderMessageID) },
			problem: func(body string) string { return at(body, "errors", 0, "message") }},
		{name: "twilio", channel: contract.SMS, path: "/2010-04-01/Accounts/" + account + "/Messages.json",
			contentType: "application/x-www-form-urlencoded", good: "+15550000007", bad: "+15005550001",
			auth: "Basic " + base64.StdEncoding.EncodeToString([]byte(account+":token")),
			body: func(to, text string) string {
				return url.Values{"To": {to}, "From": {"+15550000000"}, "Body": {text}}.Encode()
			},
			success: 201, badStatus: 400, id: inBody("sid"), wantID: "SM00000000000000070000000000000001",
			problem: func(body string) string { return at(body, "message") }},
		{name: "fcm", channel: contract.Push, path: "/v1/projects/bench-1/messages:send", contentType: typeJSON, auth: bearer,
			good: "device-7", bad: "unregistered-7",
			body: func(to, text string) string {
				return jsonText(map[string]any{"message": map[string]any{"token": to,
					"notification": map[string]string{"title": "Order", "body": text}, "data": map[string]string{"order": "1"}}})
			},
			success: 200, badStatus: 404, id: inBody("name"), wantID: "projects/bench-1/messages/push-7-1",
			problem: func(body string) string { return at(body, "error", "message") }},
	}
}

// heard is an answer, read by some client.
type heard struct {
	status int
	body   string
	header func(string) string
	err    error
}

// patience is how long they wait: until they give up a call that hangs.
const patience = 2 * time.Second

// clients are two that are built quite differently.
func clients() map[string]func(d dialect, base, body string) heard {
	return map[string]func(d dialect, base, body string) heard{
		"net/http": func(d dialect, base, body string) heard {
			client := &http.Client{Transport: &http.Transport{}, Timeout: patience}
			defer client.CloseIdleConnections()
			req, err := http.NewRequest(http.MethodPost, base+d.path, strings.NewReader(body))
			if err != nil {
				return heard{err: err}
			}
			d.dress(req.Header.Set)
			resp, err := client.Do(req)
			if err != nil {
				return heard{err: err}
			}
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			return heard{resp.StatusCode, string(text), resp.Header.Get, err}
		},
		"fasthttp": func(d dialect, base, body string) heard {
			client := &fasthttp.HostClient{Addr: strings.TrimPrefix(base, "http://"),
				RetryIfErr: func(*fasthttp.Request, int, error) (bool, bool) { return false, false }}
			defer client.CloseIdleConnections()
			req, resp := &fasthttp.Request{}, &fasthttp.Response{}
			req.SetRequestURI(base + d.path)
			req.Header.SetMethod(fasthttp.MethodPost)
			d.dress(req.Header.Set)
			req.SetBodyString(body)
			err := client.DoTimeout(req, resp, patience)
			return heard{resp.StatusCode(), string(resp.Body()),
				func(name string) string { return string(resp.Header.Peek(name)) }, err}
		},
	}
}

func (d dialect) dress(set func(name, value string)) {
	set("Content-Type", d.contentType)
	if d.auth != "" {
		set("Authorization", d.auth)
	}
}

func (d dialect) behaving(b contract.Behaviour) map[string]contract.Behaviour {
	return map[string]contract.Behaviour{d.channel: b}
}

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
			latency := map[bool]string{true: "500ms", false: "0s"}[kind == contract.ThrottleConcurrency]
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
	for range 1000 {
		if holds(b.Stats().Providers[channel]) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	b.t.Fatalf("not within 5 s: %+v", b.Stats().Providers[channel])
}

// TestFaultsInEveryWire: the same fault in any wire, seen by any client.
func TestFaultsInEveryWire(t *testing.T) {
	forEvery(t, func(t *testing.T, d dialect, ask func(dialect, string, string) heard) {
		for _, f := range faults() {
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

// TestCredentials: none, and those that no client would send, are refused by every
// vendor in its own words; any other are good.
func TestCredentials(t *testing.T) {
	encode := base64.StdEncoding.EncodeToString
	for _, d := range dialects()[1:] {
		b := start(t, d.behaving(contract.Behaviour{Latency: "1h"}))
		ask, base := clients()["net/http"], b.Ready().Providers[d.channel]
		body := d.body(d.good, contract.Tag("Order", contract.ProbeBase))
		wrong := []string{"", "Bearer", "Bearer ", "Bearer two words", "Digest x", "Basic", "Basic !!!",
			"Basic " + encode([]byte("nopassword")), "Basic " + encode([]byte(":x")), "Basic " + encode([]byte("x:")),
			"Basic " + encode([]byte("a:"+strings.Repeat("b", 200)))}
		for i, auth := range wrong {
			other := d
			other.auth = auth
			got := ask(other, base, body)
			if got.err != nil || got.status != 401 || d.problem(got.body) == "" {
				t.Errorf("%s, %q: %d %s, %v", d.name, auth, got.status, got.body, got.err)
			}
			if s := b.Stats().Providers[d.channel]; s.Rejected != uint64(i+1) || s.Calls != s.Rejected {
				t.Errorf("%s, %q: %+v", d.name, auth, s)
			}
		}
		if got := ask(d, base, body); got.status != d.success { // a probe
			t.Errorf("%s: %d %s", d.name, got.status, got.body)
		}
	}
}

// TestRequestsThatAreNoCalls in every wire: counted as rejected, answered in its form.
func TestRequestsThatAreNoCalls(t *testing.T) {
	bodies := map[string][]string{
		"plain":    {"", "{", `{"to":5}`, `{"subject":"x"}`},
		"sendgrid": {"", "{", "[]", `{}`, `{"personalizations":[]}`, `{"personalizations":[{"to":[{"email":5}]}]}`, `{"personalizations":null}`},
		"twilio":   {"", "To=%2B1", "From=x&Body=y", "To=x&From=y", "To=x&Body=y", `{"To":"x"}`},
		"fcm":      {"", "{", `{}`, `{"message":{}}`, `{"message":{"token":""}}`, `{"message":{"token":5}}`, `{"message":[]}`},
	}
	for _, d := range dialects() {
		b := start(t, d.behaving(contract.Behaviour{Latency: "0s"}))
		rejected := uint64(0)
		for name, ask := range clients() {
			for _, body := range bodies[d.name] {
				got := ask(d, b.Ready().Providers[d.channel], body)
				rejected++
				if got.err != nil || got.status != 400 || d.problem(got.body) == "" {
					t.Errorf("%s, %s, %q: %d %s, %v", d.name, name, body, got.status, got.body, got.err)
				}
			}
		}
		r := b.do(http.MethodGet, b.Ready().Providers[d.channel]+d.path, "")
		if rejected++; r.status != 405 || r.header.Get("Allow") != "POST" || d.problem(r.body) == "" {
			t.Errorf("%s, GET: %+v", d.name, r)
		}
		if s := b.Stats().Providers[d.channel]; s.Rejected != rejected || s.Calls != rejected {
			t.Errorf("%s: %d rejected of %d: %+v", d.name, s.Rejected, rejected, s)
		}
	}
	missing := map[string]string{
		`{"personalizations":[{"to":[{"email":"x"}]}],"subject":"x","content":[{}]}`:       "from.email",
		`{"personalizations":[{"to":[{"email":"x"}]}],"from":{"email":"y"}}`:               "subject",
		`{"personalizations":[{"to":[{"email":"x"}],"subject":"z"}],"from":{"email":"y"}}`: "content",
	}
	for body, want := range missing {
		if _, field, problem := decodeSendGrid([]byte(body)); field != want || problem == "" {
			t.Errorf("%s: field %q, %q", body, field, problem)
		}
	}
}

// TestPaths: each vendor answers at its own provider only, and nothing in a path that
// would have to be escaped is let into an answer.
func TestPaths(t *testing.T) {
	b := start(t, map[string]contract.Behaviour{contract.Email: {Latency: "0s"}, contract.SMS: {Latency: "0s"}, contract.Push: {Latency: "0s"}})
	for _, d := range dialects() {
		for _, channel := range contract.Channels() {
			r := b.do(http.MethodPost, b.Ready().Providers[channel]+d.path, "")
			if found := r.status != 404; found != (d.name == "plain" || channel == d.channel) {
				t.Errorf("%s at %s: %+v", d.path, channel, r)
			}
		}
	}
	for _, path := range []string{"/v1/projects//messages:send", "/v1/projects/a%22b/messages:send", "/v1/projects/a/b/messages:send",
		"/v1/projects/messages:send", "/v1/projects/", "/v3/mail/send/"} {
		if r := b.do(http.MethodPost, b.Ready().Providers[contract.Push]+path, ""); r.status != 404 || !strings.Contains(r.plain.Error, contract.PathFCM) {
			t.Errorf("%s: %+v", path, r)
		}
	}
}
