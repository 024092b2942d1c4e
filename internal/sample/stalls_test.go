package sample

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const ms = time.Millisecond

func TestStallsAreGapsThatNobodyElseUsed(t *testing.T) {
	for _, c := range []struct {
		what         string
		gap, waited  time.Duration
		stall, other time.Duration
	}{
		{"the machine stood still", 200 * ms, 0, 200 * ms, 0},
		{"other threads ran", 20 * ms, 20 * ms, 0, 20 * ms},
		{"other threads ran for most of it", 20 * ms, 16 * ms, 0, 20 * ms},
		{"both", 220 * ms, 20 * ms, 200 * ms, 20 * ms},
	} {
		var s stalls
		if gap := s.wake(4 * ms); gap != 0 {
			t.Fatalf("a wake 4 ms late is a gap of %v", gap)
		}
		s.looked(4*ms, 0)
		if gap := s.wake(c.gap); gap != c.gap {
			t.Fatalf("%s: gap %v", c.what, gap)
		}
		s.looked(4*ms+c.waited, c.gap)
		if s.sum.Time != c.stall || s.sum.Waited != c.other || s.sum.Longest != c.stall {
			t.Errorf("%s: %+v, want %v stalled, %v waited", c.what, s.sum, c.stall, c.other)
		}
	}
}

// What is lost is found again, as a stall or as waiting; small lateness is neither.
func TestGapsAreAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s stalls
		var gaps, clock time.Duration
		for range rapid.IntRange(1, 40).Draw(t, "wakes") {
			late := time.Duration(rapid.Int64Range(0, int64(30*ms)).Draw(t, "late"))
			clock += time.Duration(rapid.Int64Range(0, int64(late)).Draw(t, "waited"))
			if gap := s.wake(late); gap > 0 {
				gaps += gap
				s.looked(clock, gap)
			}
		}
		if s.sum.Time+s.sum.Waited != gaps || s.sum.Time < 0 || s.sum.Waited < 0 {
			t.Fatalf("%v of gaps: %+v", gaps, s.sum)
		}
		if s.sum.Longest > s.sum.Time || (s.sum.Count == 0) != (s.sum.Time == 0) {
			t.Fatalf("%+v", s.sum)
		}
	})
}
