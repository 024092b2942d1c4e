package strict

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDurationRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64().Draw(t, "ns"))
		got, fault := ParseDuration(want.String())
		if fault != nil || got != want {
			t.Fatalf("%v: got %v, %v", want, got, fault)
		}
	})
}

func TestShareRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Float64Range(0, 1).Draw(t, "share")
		got, fault := ParseShare(strconv.FormatFloat(want, 'f', -1, 64))
		if fault != nil || got != want {
			t.Fatalf("%v: got %v, %v", want, got, fault)
		}
	})
}

func TestBytesUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(0, 1<<30).Draw(t, "n")
		for unit, factor := range byteUnits() {
			got, fault := ParseBytes(fmt.Sprint(n, unit))
			if fault != nil || got != n*factor {
				t.Fatalf("%d%s: got %d, %v", n, unit, got, fault)
			}
		}
	})
}

func TestBytesRefuses(t *testing.T) {
	for _, text := range []string{"", "MiB", "-1", "1.5MiB", "1 MiB", "1Mi", "1XB", "99999999999GiB",
		"1MiBMiB"} {
		if v, fault := ParseBytes(text); fault == nil {
			t.Errorf("%q: got %d", text, v)
		}
	}
}

func TestNearest(t *testing.T) {
	valid := []string{"workers", "backlog", "fanout"}
	for got, want := range map[string]string{
		"worker": "workers", "Workers": "workers", "wrokers": "workers", "bakclog": "backlog", "x": "",
		"connections": "",
	} {
		if near := Nearest(got, valid); near != want {
			t.Errorf("%s: got %q, want %q", got, near, want)
		}
	}
}

func TestDistanceIsAMetric(t *testing.T) {
	word := rapid.StringMatching(`[abc]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		if (distance(a, b) == 0) != (a == b) || distance(a, b) != distance(b, a) {
			t.Fatalf("%q, %q: %d and %d", a, b, distance(a, b), distance(b, a))
		}
		if distance(a, c) > distance(a, b)+distance(b, c) {
			t.Fatalf("triangle %q %q %q", a, b, c)
		}
	})
}
