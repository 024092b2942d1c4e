package mockproviders

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
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
	patience                               time.Duration                                        // before its client gives up; 0: 10 s
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

func (d dialect) timeout() time.Duration { return cmp.Or(d.patience, 10*time.Second) }

// clients are two that are built quite differently.
func clients() map[string]func(d dialect, base, body string) heard {
	return map[string]func(d dialect, base, body string) heard{
		"net/http": func(d dialect, base, body string) heard {
			client := &http.Client{Transport: &http.Transport{}, Timeout: d.timeout()}
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
			err := client.DoTimeout(req, resp, d.timeout())
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
