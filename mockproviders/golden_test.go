package mockproviders

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

var update = flag.Bool("update", false, "write the answers under testdata anew")

// fixture is one answer as it goes over the wire.
type fixture struct {
	name      string
	behaviour contract.Behaviour
	before    int // calls that have come in before
	edit      func(d dialect) (auth, body string)
}

func good(d dialect) (auth, body string) { return d.auth, d.body(d.good, contract.Tag("Order", 7)) }

func fixtures(d dialect) []fixture {
	throttle := tight()[map[string]string{"plain": contract.ThrottleFixedWindow, "sendgrid": contract.ThrottleFixedWindow,
		"twilio": contract.ThrottleConcurrency, "fcm": contract.ThrottleTokenBucket}[d.name]]
	list := []fixture{
		{"success", contract.Behaviour{}, 0, good},
		{"error-500", contract.Behaviour{ErrorRate: 1}, 0, good},
		{"error-503", contract.Behaviour{ErrorRate: 1, ErrorStatus: 503}, 0, good},
		{"throttled", contract.Behaviour{Throttle: throttle, Faults: map[string]float64{contract.FaultHang: 1}}, 1, good},
		{"malformed-success", contract.Behaviour{Faults: map[string]float64{contract.FaultMalformed: 1}}, 0, good},
		{"bad-address", contract.Behaviour{}, 0, func(d dialect) (string, string) {
			return d.auth, d.body(d.bad, contract.Tag("Order", 7))
		}},
		{"bad-request", contract.Behaviour{}, 0, func(d dialect) (string, string) { return d.auth, "{" }},
	}
	if d.auth != "" {
		list = append(list, fixture{"unauthorized", contract.Behaviour{}, 0, func(d dialect) (string, string) {
			_, body := good(d)
			return "", body
		}})
	}
	return list
}

// TestGoldenAnswers compares every answer with the one under testdata, byte for byte
// but for clocks. A client of these providers may be tested against the same files.
func TestGoldenAnswers(t *testing.T) {
	for _, d := range dialects() {
		for _, f := range fixtures(d) {
			f.behaviour.Latency = "0s"
			b := start(t, d.behaving(f.behaviour))
			for i := range f.before {
				b.raw(d.channel, rawRequest(d, good))
				b.until(d.channel, func(s contract.ProviderStats) bool { return s.Calls == uint64(i+1) })
			}
			got := withoutClocks(readAnswer(t, b, d, rawRequest(d, f.edit)))
			file := filepath.Join("testdata", d.name+"-"+f.name+".http")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s (%v):\n%s\nwant\n%s", file, err, got, want)
			}
		}
	}
}

func rawRequest(d dialect, edit func(dialect) (auth, body string)) string {
	auth, body := edit(d)
	if auth != "" {
		auth = "Authorization: " + auth + "\r\n"
	}
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		d.path, auth, d.contentType, len(body), body)
}

func readAnswer(t *testing.T, b *testbed, d dialect, request string) []byte {
	t.Helper()
	c := b.raw(d.channel, request)
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// withoutClocks sets what depends on time, and drops the header with which the test
// itself ends its connection.
func withoutClocks(text []byte) []byte {
	s := string(text)
	for pattern, by := range map[string]string{
		`[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000`: "Thu, 01 Jan 2026 00:00:00 +0000",
		`served;dur=[0-9.]+`:       "served;dur=0.012",
		`(X-RateLimit-Reset: )\d+`: "${1}1767229200",
		`(Retry-After: )\d+`:       "${1}60",
		`Connection: close\r\n`:    "",
	} {
		s = regexp.MustCompile(pattern).ReplaceAllString(s, by)
	}
	return []byte(s)
}

// TestGoldenFilesAreAnswers: no file that no test compares.
func TestGoldenFilesAreAnswers(t *testing.T) {
	known := map[string]bool{}
	for _, d := range dialects() {
		for _, f := range fixtures(d) {
			known[d.name+"-"+f.name+".http"] = true
		}
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".http") && !known[file.Name()] {
			t.Errorf("%s is the answer to nothing", file.Name())
		}
	}
}
