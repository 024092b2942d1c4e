package provider

import (
	"net/http"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"0": 0, "7": 7 * time.Second, "120": 2 * time.Minute, "999999999999": maxPause,
		"Sun, 01 Mar 2026 12:00:30 GMT":  30 * time.Second,
		"Sunday, 01-Mar-26 12:01:00 GMT": time.Minute,
		"Sun Mar  1 12:00:05 2026":       5 * time.Second,
		"Sun, 01 Mar 2026 11:59:00 GMT":  0,
		"Sun, 01 Mar 2099 12:00:00 GMT":  maxPause,
	} {
		if got, ok := retryAfter([]byte(value), noon); !ok || got != want {
			t.Errorf("%s: %s, %t, want %s", value, got, ok, want)
		}
	}
	for _, value := range []string{"", "-1", "1.5", "soon", "7s", "1e3", "9999999999999", " 7"} {
		if got, ok := retryAfter([]byte(value), noon); ok {
			t.Errorf("%q was read as %s", value, got)
		}
	}
}

// TestPause: Retry-After comes first, then the provider's window, then habit.
func TestPause(t *testing.T) {
	window := noon.Add(20 * time.Second)
	for _, c := range []struct {
		answer answer
		header string
		want   time.Duration
	}{
		{answer{}, "", 0},
		{answer{after: time.Minute}, "", time.Minute},
		{answer{after: time.Minute}, "0", 0},
		{answer{after: time.Minute}, "soon", time.Minute},
		{answer{reset: window, after: time.Minute}, "", 20 * time.Second},
		{answer{reset: window}, "5", 5 * time.Second},
		{answer{reset: noon.Add(-time.Hour)}, "", 0},
		{answer{reset: noon.Add(1000 * time.Hour)}, "", maxPause},
	} {
		if got := pause(c.answer, []byte(c.header), noon); got != c.want {
			t.Errorf("%+v with %q: %s, want %s", c.answer, c.header, got, c.want)
		}
	}
}

// FuzzRetryAfter: whatever a provider says, the pause has its limits, and a date
// means what net/http takes it for.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"7", "Sun, 01 Mar 2026 12:00:30 GMT", "Sun Mar  1 12:00:05 2026", "-1", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got, ok := retryAfter([]byte(value), noon)
		if got < 0 || got > maxPause || !ok && got != 0 {
			t.Fatalf("%q: %s, %t", value, got, ok)
		}
		if at, err := http.ParseTime(value); err == nil && ok && got != min(max(0, at.Sub(noon)), maxPause) {
			t.Fatalf("%q: %s", value, got)
		}
	})
}
