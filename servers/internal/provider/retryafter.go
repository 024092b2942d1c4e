package provider

import (
	"net/http"
	"time"
)

// maxPause is the longest that a provider may ask to be left alone; what asks for
// more is taken for a mistake, and this much is waited.
const maxPause = 24 * time.Hour

// retryAfter reads a Retry-After header: seconds, or an HTTP date.
func retryAfter(value []byte, now time.Time) (time.Duration, bool) {
	if seconds, ok := digits(value); ok {
		return time.Duration(min(seconds, int64(maxPause/time.Second))) * time.Second, true
	}
	if len(value) == 0 || len(value) > 40 {
		return 0, false
	}
	at, err := http.ParseTime(string(value))
	if err != nil {
		return 0, false
	}
	return until(at, now), true
}

// until is the time from now to a moment that a provider named.
func until(at, now time.Time) time.Duration { return min(max(0, at.Sub(now)), maxPause) }

// digits reads a whole number of at most 12 digits: as seconds since 1970 it is a
// time, as a time.Duration in seconds it may be too long.
func digits(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 12 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}
