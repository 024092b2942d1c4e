// Package burn spends CPU in a known amount: a chain of SHA-256 sums, each of a
// 64-byte block that holds the one before, so that no round can be skipped or
// run out of order.
//
// The unit is the round. Work is a number of rounds and never a time: a loop
// that watches the clock does less work on a slower or busier core and so hides
// what it should show. Calibrate says how many rounds this machine does in a
// millisecond of an undisturbed core.
package burn

import (
	"crypto/sha256"
	"time"
)

const (
	blockSize = 64
	batch     = 1000 // rounds between two looks at the clock, some 0.1 ms
	runs      = 5
	runLength = 20 * time.Millisecond
)

// Rounds does n rounds and returns the last sum, which depends on all of them.
func Rounds(n int) [sha256.Size]byte {
	var block [blockSize]byte
	var sum [sha256.Size]byte
	for range n {
		sum = sha256.Sum256(block[:])
		copy(block[:], sum[:])
	}
	return sum
}

// Calibrate measures rounds per millisecond: the best of several short runs, as
// whatever disturbs a run only ever makes it slower. The clock must advance.
func Calibrate(now func() time.Time) float64 {
	best := 0.0
	for range runs {
		best = max(best, measure(now))
	}
	return best
}

// measure is the rate of one run.
func measure(now func() time.Time) float64 {
	begin := now()
	for rounds := batch; ; rounds += batch {
		Rounds(batch)
		if took := now().Sub(begin); took >= runLength {
			return float64(rounds) / (float64(took) / float64(time.Millisecond))
		}
	}
}
