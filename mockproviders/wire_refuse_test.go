package mockproviders

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

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
