package burn

import (
	"crypto/sha256"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestRoundsChain holds the definition: round n+1 is the sum of a block that
// begins with round n.
func TestRoundsChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 50).Draw(t, "n")
		var block [blockSize]byte
		if n > 0 {
			sum := Rounds(n)
			copy(block[:], sum[:])
		}
		if got, want := Rounds(n+1), sha256.Sum256(block[:]); got != want {
			t.Fatalf("round %d: got %x, want %x", n+1, got, want)
		}
	})
}

func TestRoundsNone(t *testing.T) {
	if Rounds(0) != [sha256.Size]byte{} {
		t.Error("no rounds must leave the zero sum")
	}
}

// TestCalibrateTakesTheBestRun invents a clock on which every batch takes step,
// twice as long in all runs but the third.
func TestCalibrateTakesTheBestRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := time.Duration(rapid.IntRange(2000, 30000).Draw(t, "step")) * time.Microsecond
		clock, run := time.Unix(0, 0), 0
		begun := time.Time{}
		now := func() time.Time {
			if begun.IsZero() {
				begun, run = clock, run+1
				return clock
			}
			if clock = clock.Add(step); run != 3 {
				clock = clock.Add(step)
			}
			if clock.Sub(begun) >= runLength {
				begun = time.Time{}
			}
			return clock
		}
		want := batch / (float64(step) / float64(time.Millisecond))
		if got := Calibrate(now); math.Abs(got/want-1) > 1e-9 {
			t.Fatalf("got %g rounds/ms, want %g", got, want)
		}
	})
}

func BenchmarkRounds(b *testing.B) {
	for b.Loop() {
		Rounds(1)
	}
}
