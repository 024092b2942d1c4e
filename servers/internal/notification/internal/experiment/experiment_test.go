package experiment

import (
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

func newSet(t *testing.T, cfg Config) *Set {
	t.Helper()
	s, err := New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestFailShare holds that the share of wrong answers over many numbers is the
// one asked for: within five standard deviations.
func TestFailShare(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const n = 10000
		share := rapid.Float64Range(0, 1).Draw(rt, "share")
		from := rapid.Uint64Range(0, 1<<40).Draw(rt, "from")
		s, wrong := newSet(t, Config{Fail: share}), 0
		for k := from; k < from+n; k++ {
			if s.Wrong(contract.Tag("subject", k), "") {
				wrong++
			}
		}
		if sd := math.Sqrt(n * share * (1 - share)); math.Abs(float64(wrong)-n*share) > 5*sd+1 {
			rt.Fatalf("%d of %d wrong, want a share of %g", wrong, n, share)
		}
	})
}

// TestFailIsNested holds that a larger share fails all that a smaller one does,
// and that subject and message tell the same number.
func TestFailIsNested(t *testing.T) {
	less, more := newSet(t, Config{Fail: 0.1}), newSet(t, Config{Fail: 0.3})
	for k := range uint64(1000) {
		text := contract.Tag("text", k)
		if less.Wrong(text, "") && !more.Wrong(text, "") || more.Wrong(text, "") != more.Wrong("untagged", text) {
			t.Fatalf("number %d", k)
		}
	}
	if newSet(t, Config{Fail: 1}).Wrong("untagged", "untagged") {
		t.Error("a notification without a number fails")
	}
}

func TestRounds(t *testing.T) {
	if got := (Config{Work: 2500 * time.Microsecond, RoundsPerMS: 4000}).rounds(); got != 10000 {
		t.Errorf("got %d rounds, want 10000", got)
	}
}

func TestCalibratedOnlyWhenNeeded(t *testing.T) {
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	if c := (Config{RoundsPerMS: 7, Work: 1}).Calibrated(log); c.RoundsPerMS != 7 || out.Len() > 0 {
		t.Errorf("a known rate became %g", c.RoundsPerMS)
	}
	if c := (Config{}).Calibrated(log); c.RoundsPerMS != 0 || out.Len() > 0 {
		t.Error("calibrated for no work")
	}
	c := (Config{Work: 1}).Calibrated(log)
	if c.RoundsPerMS <= 0 || !strings.Contains(out.String(), contract.EnvRoundsPerMS) {
		t.Errorf("got a rate of %g and the log %q", c.RoundsPerMS, out.String())
	}
}

// TestHold checks the one thing no load can falsify: it is never too short.
func TestHold(t *testing.T) {
	begin := time.Now()
	newSet(t, Config{Hold: 20 * time.Millisecond}).Delay()
	if d := time.Since(begin); d < 20*time.Millisecond {
		t.Errorf("held for %s, want at least 20ms", d)
	}
}

func TestBallastIsGivenBack(t *testing.T) {
	s := newSet(t, Config{Ballast: 1 << 20})
	if len(s.ballast) != 1<<20 {
		t.Errorf("holds %d bytes", len(s.ballast))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
