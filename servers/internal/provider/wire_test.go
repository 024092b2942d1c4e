package provider

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// testCredentials are the defaults.
func testCredentials() Credentials {
	by := map[string]string{}
	for _, c := range contract.Credentials() {
		by[c.Env] = c.Default
	}
	return Credentials{
		SendGridKey: by[contract.EnvSendGridKey], EmailFrom: by[contract.EnvEmailFrom],
		TwilioAccount: by[contract.EnvTwilioAccount], TwilioToken: by[contract.EnvTwilioToken],
		SMSFrom: by[contract.EnvSMSFrom], FCMProject: by[contract.EnvFCMProject], FCMAccessToken: by[contract.EnvFCMAccessToken],
	}
}

func wiresOf(t testing.TB, name string) [channelCount]wire {
	wires, err := findWires(name)
	if err != nil {
		t.Fatal(err)
	}
	return wires(testCredentials())
}

// decoded is a body as its provider reads it, address and texts taken out by
// their names there.
func decoded(wireName string, channel int, body []byte) (any, error) {
	if wireName == contract.WireVendor && channel == 1 {
		return url.ParseQuery(string(body))
	}
	var v any
	err := json.Unmarshal(body, &v)
	return v, err
}

// expected is what it has to be.
func expected(wireName string, channel int, m Message) any {
	type object = map[string]any
	vendor := wireName == contract.WireVendor
	switch {
	case !vendor && channel == 0:
		return object{"to": m.To, "subject": m.Subject}
	case !vendor:
		return object{"to": m.To, "message": m.Text}
	case channel == 0:
		text := m.Text
		if text == "" {
			text = m.Subject
		}
		return object{
			"personalizations": []any{object{"to": []any{object{"email": m.To}}}},
			"from":             object{"email": "notifybench@example.com"},
			"subject":          m.Subject,
			"content":          []any{object{"type": "text/plain", "value": text}},
		}
	case channel == 1:
		return url.Values{"To": {m.To}, "From": {"+15550000000"}, "Body": {m.Text}}
	}
	shown := object{"title": m.Subject, "body": m.Text}
	if m.Subject == "" {
		delete(shown, "title")
	}
	return object{"message": object{"token": m.To, "notification": shown}}
}

// TestEncode: every wire format says exactly what the message says, to its last
// character: the number at its end is how the providers know it.
func TestEncode(t *testing.T) {
	for _, kind := range wireKinds() {
		t.Run(kind.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				m := Message{
					To: rapid.String().Draw(t, "to"), Subject: rapid.String().Draw(t, "subject"),
					Text: rapid.String().Draw(t, "text"),
				}
				for channel, w := range kind.new(testCredentials()) {
					body := w.encode(&m)
					got, err := decoded(kind.name, channel, body)
					if want := expected(kind.name, channel, m); err != nil || !reflect.DeepEqual(got, want) {
						t.Fatalf("channel %d, %+v: %s is %v, %v, want %v", channel, m, body, got, err, want)
					}
				}
			})
		})
	}
}

// TestEndpoints: paths, media types and authorization as the vendors have them.
func TestEndpoints(t *testing.T) {
	want := map[string][channelCount]endpoint{
		contract.WirePlain: {{"/send", contentJSON, ""}, {"/send", contentJSON, ""}, {"/send", contentJSON, ""}},
		contract.WireVendor: {
			{"/v3/mail/send", contentJSON, "Bearer SG.mock"},
			{
				"/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json",
				"application/x-www-form-urlencoded",
				"Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDptb2NrLWF1dGgtdG9rZW4=",
			},
			{"/v1/projects/notifybench/messages:send", contentJSON, "Bearer mock-access-token"},
		},
	}
	for _, kind := range wireKinds() {
		for channel, w := range kind.new(testCredentials()) {
			if got := w.endpoint(); got != want[kind.name][channel] {
				t.Errorf("%s, channel %d: %+v", kind.name, channel, got)
			}
		}
	}
}

// TestTargets keeps the path of a base URL and what is escaped in it.
func TestTargets(t *testing.T) {
	for base, want := range map[string]string{
		"http://h:1":      "http://h:1/v1/projects/a%2Fb/messages:send",
		"http://h:1/":     "http://h:1/v1/projects/a%2Fb/messages:send",
		"https://h/p%20x": "https://h/p%20x/v1/projects/a%2Fb/messages:send",
	} {
		cfg := testConfig(t, base)
		cfg.Wire, cfg.Credentials.FCMProject = contract.WireVendor, "a/b"
		to, err := newTargets(&cfg)
		if err != nil || to[2].url.String() != want {
			t.Errorf("%s: %v, %v, want %s", base, to, err, want)
		}
	}
	cfg := testConfig(t, "http://h")
	cfg.Wire, cfg.Credentials.SendGridKey = contract.WireVendor, "key\r\nX-Evil: 1"
	if _, err := newTargets(&cfg); err == nil || strings.Contains(err.Error(), "Evil") {
		t.Errorf("a key with a line break: %v", err)
	}
	cfg.Wire = "smoke"
	if _, err := newTargets(&cfg); err == nil || !strings.Contains(err.Error(), "plain, vendor") {
		t.Errorf("an unknown wire format: %v", err)
	}
}

// fixed is a header with the same value under every name.
type fixed string

func (f fixed) peek(string) []byte { return []byte(f) }

// FuzzRead: whatever comes back on whatever status, what is kept of it is short,
// one line of UTF-8, and no secret; and only the vendor's own status is success.
func FuzzRead(f *testing.F) {
	for _, seed := range []struct {
		status       int
		body, header string
	}{
		{200, `{"id":"x"}`, "abc"}, {201, `{"sid":"SM1"}`, "1392815263"}, {202, "", "id"},
		{200, `{"name":"projects/p/messages/1"`, ""}, {400, `{"errors":[{"message":"SG.mock","field":null}]}`, "60"},
		{429, `{"code":20429,"message":"mock-auth-token\n"}`, ""}, {201, `{"sid":null,"sid":1}`, ""},
		{404, `{"error":{"message":"\ufffd` + "\xff" + `mock-access-token","details":[{"errorCode":"UNREGISTERED"}]}}`, "x"},
	} {
		f.Add(seed.status, []byte(seed.body), seed.header)
	}
	vendor := wiresOf(f, contract.WireVendor)
	success := [channelCount]int{202, 201, 200}
	f.Fuzz(func(t *testing.T, status int, body []byte, value string) {
		for channel, w := range vendor {
			a := understand(w, reply{status: status, body: body, header: fixed(value)})
			if a.accepted != (status == success[channel]) || a.status != status {
				t.Fatalf("channel %d, status %d: %+v", channel, status, a)
			}
			if len(a.text) > maxText || !utf8.ValidString(a.text) || strings.ContainsAny(a.text, "\r\n\x00\x7f") {
				t.Fatalf("channel %d: text %q", channel, a.text)
			}
			for _, secret := range []string{"SG.mock", "mock-auth-token", "mock-access-token"} {
				if strings.Contains(a.text, secret) && strings.Contains(w.endpoint().authorization, secret) {
					t.Fatalf("channel %d tells %q", channel, a.text)
				}
			}
			if len(a.id) > maxID || !isPlain([]byte(a.id)) || a.after < 0 || a.after > maxPause {
				t.Fatalf("channel %d: %+v", channel, a)
			}
		}
	})
}

// FuzzStringField finds in any JSON object what encoding/json finds.
func FuzzStringField(f *testing.F) {
	for _, seed := range []string{
		`{"sid":"SM1"}`, `{"a":{"sid":"x"},"sid":"y"}`, `{"sid":null}`, `{"sid":"a","sid":"b"}`,
		`{"sid":"\u0041"}`, `{"sid":1}`, `{"SID":"x"}`, `[]`, `{"sid":"x"}{}`, "", `{"s\u0069d":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := stringField(body, "sid")
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) != nil {
			return // what it makes of no JSON is FuzzRead's matter
		}
		var want string
		if json.Unmarshal(object["sid"], &want) != nil || cleanID([]byte(want)) == "" {
			return
		}
		if got != want {
			t.Fatalf("%q: %q, want %q", body, got, want)
		}
	})
}

func FuzzPlainID(f *testing.F) {
	for _, seed := range []string{
		`{"id":"x"}`, "{\"id\":\"x\"}\n", `{"id":"a","id":"b"}`, `{"id":"\u0041"}`, `{}`, ``, `{"id":"é"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		var want contract.PlainReply
		if json.Unmarshal(reply, &want) != nil {
			want.ID = ""
		}
		if got := plainID(reply); got != want.ID {
			t.Fatalf("%q: got %q, want %q", reply, got, want.ID)
		}
	})
}

func TestFormIsURLEncoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		if got, want := string(appendForm(nil, s)), url.QueryEscape(s); got != want {
			t.Fatalf("%q: %s, want %s", s, got, want)
		}
	})
}
