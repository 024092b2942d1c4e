package provider

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// recorded is a reply of testdata, with the length that its body has there.
func recorded(t *testing.T, name string) *http.Response {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".http"))
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(data), "\n\n")
	text := fmt.Sprintf("%s\nContent-Length: %d\n\n%s", head, len(body), body)
	r, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

func replay(t *testing.T, name string) http.HandlerFunc {
	r := recorded(t, name)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range r.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(r.StatusCode)
		w.Write(body)
	}
}

// replies is what is to be made of each recorded reply.
func replies() map[string]Result {
	sent := func(id string) Result {
		return Result{Status: contract.StatusSent, Class: ClassSent, ProviderID: id, Attempts: 1}
	}
	failed := func(c Class, problem string) Result {
		return Result{Status: contract.StatusFailed, Class: c, Attempts: 1, Problem: "the provider answered " + problem}
	}
	dead := failed(ClassPermanent, "404: UNREGISTERED Requested entity was not found.")
	dead.Unregistered = true
	return map[string]Result{
		"sendgrid_sent":      sent("qrLD8ZKDQVq4xM0yQ7ZJcA"),
		"sendgrid_invalid":   failed(ClassPermanent, "400: Does not contain a valid address. (personalizations.0.to.0.email)"),
		"sendgrid_throttled": failed(ClassThrottled, "429: too many requests"),
		"twilio_sent":        sent("SM0123456789abcdef0123456789abcdef"),
		"twilio_invalid":     failed(ClassPermanent, "400: 21211 The 'To' number +15550000017 is not a valid phone number."),
		"twilio_throttled":   failed(ClassThrottled, "429: 20429 Too Many Requests"),
		"fcm_sent":           sent("projects/notifybench/messages/0:1500415314455276%31bd1c9631bd1c96"),
		"fcm_invalid":        failed(ClassPermanent, "400: INVALID_ARGUMENT The registration token is not a valid FCM registration token"),
		"fcm_unregistered":   dead,
		"fcm_throttled": failed(ClassThrottled, "429: QUOTA_EXCEEDED Quota exceeded for quota metric 'Send requests' "+
			"and limit 'Send requests per minute'."),
	}
}

func channelOf(fixture string) int {
	vendor, _, _ := strings.Cut(fixture, "_")
	return map[string]int{"sendgrid": 0, "twilio": 1, "fcm": 2}[vendor]
}

// TestRecordedReplies has each recorded reply come over a real connection, and
// both clients make the same of it.
func TestRecordedReplies(t *testing.T) {
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) != len(replies()) {
		t.Fatalf("%d recorded replies, %d expectations: %v", len(files), len(replies()), err)
	}
	for name, want := range replies() {
		srv := httptest.NewServer(replay(t, name))
		for _, kind := range clientKinds() {
			c := vendorCaller(t, srv.URL, kind.name)
			got := c.Send(channelOf(name), &Message{To: "x", Subject: "s #1", Text: "t #1"}, time.Now().Add(time.Minute))
			if got != want {
				t.Errorf("%s with %s: %+v, want %+v", name, kind.name, got, want)
			}
			c.Close()
		}
		srv.Close()
	}
}

func vendorCaller(t testing.TB, base, client string) *Caller {
	cfg := testConfig(t, base)
	cfg.Wire, cfg.Client, cfg.CallTimeout, cfg.Credentials = contract.WireVendor, client, time.Minute, testCredentials()
	c, err := New(cfg, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRecordedPauses: how long each vendor asks to be left alone.
func TestRecordedPauses(t *testing.T) {
	wires := wiresOf(t, contract.WireVendor)
	for name, want := range map[string]answer{
		"sendgrid_throttled": {reset: time.Unix(1392815263, 0)},
		"sendgrid_invalid":   {},
		"twilio_throttled":   {throttled: true},
		"fcm_throttled":      {throttled: true, after: time.Minute},
		"fcm_unregistered":   {},
	} {
		r := recorded(t, name)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		a := wires[channelOf(name)].read(reply{status: r.StatusCode, body: body, header: netHTTPHeader(r.Header)})
		if !a.reset.Equal(want.reset) || a.after != want.after || a.throttled != want.throttled {
			t.Errorf("%s: %+v, want %+v", name, a, want)
		}
	}
}

// TestRequestsAsTheVendorsWantThem looks at a call as it arrives, with a path
// before that of the vendor, as a proxy may have it.
func TestRequestsAsTheVendorsWantThem(t *testing.T) {
	wires := wiresOf(t, contract.WireVendor)
	m := &Message{To: "a+b@example.com", Subject: "Ä \"s\" #17", Text: "50% & more = #17"}
	for _, kind := range clientKinds() {
		var seen string
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			seen = fmt.Sprint(r.Method, r.RequestURI, r.Header["Authorization"], r.Header["Content-Type"], r.UserAgent(), string(body))
		}))
		c := vendorCaller(t, srv.URL+"/proxy/", kind.name)
		for channel, w := range wires {
			e := w.endpoint()
			want := fmt.Sprint("POST", "/proxy"+e.path, []string{e.authorization}, []string{e.contentType}, userAgent, string(w.encode(m)))
			c.Send(channel, m, time.Now().Add(time.Minute))
			if seen != want {
				t.Errorf("%s, channel %d:\n%s\nwant\n%s", kind.name, channel, seen, want)
			}
		}
		c.Close()
		srv.Close()
	}
}
