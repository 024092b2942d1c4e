package mockproviders

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/valyala/fasthttp"

	"github.com/notifybench/notifybench/internal/contract"
)

// FuzzSend: a body is a call with an address or an error, and never a panic.
func FuzzSend(f *testing.F) {
	f.Add([]byte(callFor(17)))
	f.Add([]byte(`{"to":"x","message":"only a message #18446744073709551615"}`))
	f.Add([]byte(`{"to":"x","subject":"#1"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := decodePlain(body)
		checkCall(t, body, call{to: in.To, from: "-", text: in.Subject, more: in.Message}, err == nil)
	})
}

// checkCall holds a decoder to its promise: a call has an address, and its tag reads
// back as what it is.
func checkCall(t *testing.T, body []byte, c call, ok bool) {
	t.Helper()
	if ok && (c.to == "" || c.from == "") {
		t.Errorf("%q: accepted without an address", body)
	}
	k, tagged := c.tag()
	if again, _ := contract.ParseTag(contract.Tag("x", k)); tagged && again != k {
		t.Errorf("%q: tag %d reads back as %d", body, k, again)
	}
}

var testTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// addSamples seeds a fuzz test with what a client sends, and halves of it.
func addSamples(f *testing.F, d dialect) {
	body := d.body(d.good, contract.Tag("Order", 7))
	f.Add([]byte(body))
	f.Add([]byte(body[:len(body)/2]))
	f.Add([]byte(d.body("\x00\"\\é", "\xff #1")))
}

func FuzzSendGrid(f *testing.F) {
	addSamples(f, dialects()[1])
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _, problem := decodeSendGrid(body)
		checkCall(t, body, c, problem == "")
	})
}

// FuzzTwilio: whatever is sent is shown in an answer that is JSON.
func FuzzTwilio(f *testing.F) {
	addSamples(f, dialects()[2])
	f.Fuzz(func(t *testing.T, body []byte) {
		var form fasthttp.Args
		form.ParseBytes(body)
		c, _, problem := decodeTwilio(&form)
		checkCall(t, body, c, problem == "")
		if problem != "" {
			return
		}
		text := twilio{}.resource(nil, c, answer{k: 7, n: 1}, testTime)
		var echo struct{ To, From, Body string }
		if err := json.Unmarshal(text, &echo); err != nil {
			t.Fatalf("%q is answered by %s: %v", body, text, err)
		}
		if utf8.ValidString(c.to) && utf8.ValidString(c.from) && utf8.ValidString(c.text) && (echo.To != c.to || echo.From != c.from || echo.Body != c.text) {
			t.Errorf("%q is echoed as %+v", body, echo)
		}
	})
}

func FuzzFCM(f *testing.F) {
	addSamples(f, dialects()[3])
	f.Fuzz(func(t *testing.T, body []byte) {
		c, problem := decodeFCM(body)
		c.from = "-"
		checkCall(t, body, c, problem == "")
	})
}

// FuzzPath: the caller's part of a path can stand in JSON as it is.
func FuzzPath(f *testing.F) {
	f.Add([]byte("/v1/projects/bench-1/messages:send"))
	f.Add([]byte("/v1/projects/messages:send"))
	f.Fuzz(func(t *testing.T, path []byte) {
		for _, w := range []wire{plain{}, sendGrid{}, twilio{}, fcm{}} {
			part, ok := chosen(path, w.path())
			if quoted := jsonText(part); ok && quoted != `"`+part+`"` {
				t.Errorf("%s lets %q through", w.path(), part)
			}
		}
	})
}
