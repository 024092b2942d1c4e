package notification

import (
	"encoding/json"
	"net/http"
	"testing"
	"unicode/utf8"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// FuzzRead holds for any body: it is refused in JSON with a status of its own, or
// every call it leads to has a message that says what the notification says.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		goodBody, "", "{", "null", `{"email":"a@b","subject":"\u0000\"\\"}`, `{"phone":"12345","message":"x"} `,
		`{"email":"a@b","x":1}`, `{"email":1}`, `{"email":"a@b","subject":"x"}{}`, `{"channels":["email","email"]}`,
	} {
		f.Add([]byte(seed))
	}
	cfg := testConfig("http://127.0.0.1:1")
	f.Fuzz(func(t *testing.T, body []byte) {
		o, refusal := read(body, &cfg)
		if refusal != nil {
			checkRefusal(t, *refusal)
			return
		}
		if len(o.calls) == 0 || !utf8.Valid(body) {
			t.Fatalf("accepted %q with %d calls", body, len(o.calls))
		}
		for _, c := range o.calls {
			checkCall(t, c, &o.note)
		}
	})
}

func checkRefusal(t *testing.T, r Reply) {
	t.Helper()
	var refusal contract.Refusal
	if err := json.Unmarshal(r.Body, &refusal); err != nil || refusal.Error == "" {
		t.Fatalf("refusal %s: %v", r.Body, err)
	}
	switch r.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
	case http.StatusUnprocessableEntity:
		if len(refusal.Fields) == 0 {
			t.Fatalf("422 without a field: %s", r.Body)
		}
	default:
		t.Fatalf("refused with %d", r.Status)
	}
}

func checkCall(t *testing.T, c call, n *contract.Notification) {
	t.Helper()
	want := provider.Message{To: channels[c.channel].address(n), Subject: n.Subject, Text: n.Message}
	if c.message != want || want.To == "" {
		t.Fatalf("message %+v, want %+v", c.message, want)
	}
}

// TestChannelsNotOffered leaves a channel out by default and refuses it by name.
func TestChannelsNotOffered(t *testing.T) {
	cfg := testConfig("http://127.0.0.1:1")
	cfg.Calls.URLs[1] = nil
	_, refusal := read([]byte(goodBody), &cfg)
	if refusal == nil || refusal.Status != http.StatusUnprocessableEntity {
		t.Errorf("sms by name: %+v", refusal)
	}
	var n contract.Notification
	if err := json.Unmarshal([]byte(goodBody), &n); err != nil {
		t.Fatal(err)
	}
	n.Channels = nil
	body, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	if o, refusal := read(body, &cfg); refusal != nil || len(o.calls) != 2 {
		t.Errorf("by default: %+v", refusal)
	}
	n.Email, n.DeviceToken = "", ""
	if body, err = json.Marshal(n); err != nil {
		t.Fatal(err)
	}
	if _, refusal := read(body, &cfg); refusal == nil || refusal.Status != http.StatusUnprocessableEntity {
		t.Errorf("sms alone: %+v", refusal)
	}
}
