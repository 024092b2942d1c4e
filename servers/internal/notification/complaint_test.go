package notification

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// TestComplaints holds that what was not sent whole is found in the log by the
// client's own id, and that a provider that is down does not fill it.
func TestComplaints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		s := scriptedService(t, &log, func(c int, _ time.Time) provider.Result {
			if c == 1 {
				return provider.Result{Status: contract.StatusFailed, Problem: "the provider answered 500"}
			}
			return sent
		})
		send := func(id string) { s.Notify(Request{Arrived: time.Now(), Body: []byte(goodBody), ID: id}) }
		send("order-17")
		send("two\nlines")
		for range 1000 {
			send("")
		}
		time.Sleep(time.Second)
		send("last")
		text := log.String()
		for _, want := range []string{"request=order-17", "status=207", `sms="the provider answered 500"`, "request=last", "left_out=992"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in the log", want)
			}
		}
		if n := strings.Count(text, "\n"); n != complaintRate+1 || strings.Contains(text, "two") {
			t.Errorf("%d lines:\n%s", n, text)
		}
	})
}
