package telemetry

import (
	"strings"
	"testing"
	"time"
)

// TestText says what was counted, by process and by label.
func TestText(t *testing.T) {
	m := New([]string{"email", "sms"})
	m.Provider(1).Expect("sent", "throttled")
	m.Request(200, 20*time.Millisecond)
	m.Request(418, time.Second) // nobody expects it
	m.Shed("queue_full")
	m.Key("done")
	m.Dead("sms")
	m.Shutdown("persisted", 3)
	m.Provider(1).Attempt("sent", time.Millisecond)
	m.Provider(0).Attempt("odd", time.Millisecond)
	m.Provider(1).Breaker("half-open")
	m.Gauge("notify_depth", "A value of somebody's.", func() float64 { return 7 })
	m.Counter("notify_others_total", "A count of somebody's.", map[string]string{"kind": "a"}, func() float64 { return 8 })
	text, err := m.Text()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`notify_request_duration_seconds_bucket{code="200",`, `notify_request_duration_seconds_count{code="418",`,
		`notify_shed_total{`, `reason="queue_full"} 1`, `result="done"} 1`, `provider="sms"} 1`,
		`notify_shutdown_total{outcome="persisted"`, `class="throttled"`, `class="odd"`, `notify_depth{pid="`, `kind="a"`,
		"# TYPE notify_breaker_state gauge", "# HELP notify_depth A value of somebody's.", "go_goroutines",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s", want)
		}
	}
}
