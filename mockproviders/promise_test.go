package mockproviders

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func requestFor(k uint64, header string) string {
	body := callFor(k)
	return fmt.Sprintf("POST /send HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s", header, len(body), body)
}

// expectAnswers reads the answers to calls 0 to n-1, in that order.
func expectAnswers(t *testing.T, c net.Conn, n int) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	for k := range n {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("answer %d: %v", k, err)
		}
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatalf("answer %d: %v", k, err)
		}
		var reply contract.PlainReply
		if err := json.Unmarshal(text, &reply); err != nil || reply.ID != fmt.Sprintf("email-%d-1", k) {
			t.Fatalf("answer %d: %s (%v)", k, text, err)
		}
		var planned, served float64
		timing := resp.Header.Get("Server-Timing")
		if _, err := fmt.Sscanf(timing, "planned;dur=%f, served;dur=%f", &planned, &served); err != nil || served < planned {
			t.Errorf("answer %d: %q (%v)", k, timing, err)
		}
	}
}

// TestAnswersKeepTheirOrder however the requests are cut into pieces.
func TestAnswersKeepTheirOrder(t *testing.T) {
	tests := []struct {
		name   string
		pieces []string
	}{
		{"one after the other, not waiting", []string{requestFor(0, ""), requestFor(1, ""), requestFor(2, "")}},
		{"all at once", []string{requestFor(0, "") + requestFor(1, "") + requestFor(2, "")}},
		{"one and a half", []string{
			requestFor(0, "") + requestFor(1, "")[:40], requestFor(1, "")[40:] + requestFor(2, ""),
		}},
		{"header and body apart", []string{
			requestFor(0, "")[:30], requestFor(0, "")[30:], requestFor(1, ""), requestFor(2, "Connection: close\r\n"),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := start(t, emailOnly("20ms"))
			c := b.raw(contract.Email, "")
			for _, piece := range tt.pieces {
				if _, err := io.WriteString(c, piece); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Millisecond) // so that they arrive apart
			}
			expectAnswers(t, c, 3)
			s := b.Stats()
			if email := s.Providers[contract.Email]; email.Accepted != 3 || email.DelayError.Count != 3 {
				t.Errorf("%+v", email)
			}
			// A delay that has passed before it is waited for needs no timer.
			if n := s.TimerLag.Count; n < 1 || n > 3 || s.GCPauses < 0 {
				t.Errorf("timer lag %+v, pauses of the collector %v", s.TimerLag, s.GCPauses)
			}
		})
	}
}

// TestACallerThatReadsLate gets every answer all the same: what its buffers do not
// take is written by a goroutine that may block, not by the clock.
func TestACallerThatReadsLate(t *testing.T) {
	const calls = 200
	b := start(t, emailOnly("100us"))
	c := b.raw(contract.Email, "").(*net.TCPConn)
	if err := c.SetReadBuffer(1); err != nil { // the kernel makes it the least it can
		t.Fatal(err)
	}
	b.eventually(func(s contract.ProviderStats) bool { return s.Connections == 1 })
	b.endpoints[0].each(func(c *conn) {
		if err := c.SetWriteBuffer(1); err != nil {
			t.Error(err)
		}
	})
	sent := make(chan error)
	go func() {
		for k := range uint64(calls) {
			if _, err := io.WriteString(c, requestFor(k, "")); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	time.Sleep(50 * time.Millisecond)
	if r := b.send(contract.Email, calls); r.status != http.StatusOK {
		t.Errorf("another caller: %+v", r)
	}
	expectAnswers(t, c, calls)
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// TestHangingUpIsCountedWhateverTheCallWaitsFor covers both ways of waiting, and
// a close that meets a pending answer.
func TestHangingUpIsCountedWhateverTheCallWaitsFor(t *testing.T) {
	b := start(t, emailOnly("1s"))
	for _, header := range []string{"", "Connection: close\r\n"} {
		b.raw(contract.Email, requestFor(1, header)).Close()
	}
	b.raw(contract.Email, requestFor(1, "")+strings.Repeat("x", 100)).Close() // reset, with bytes unread
	b.eventually(func(s contract.ProviderStats) bool { return s.Abandoned == 3 })
	if s := b.Stats().Providers[contract.Email]; s.Calls != 3 || s.Accepted != 0 || s.DelayError.Count != 0 {
		t.Errorf("%+v", s)
	}
}
