package store

import "time"

// held is what a store knows of a claimed key.
type held struct {
	sum     [32]byte
	claimed time.Time
	settled bool
	status  int
	body    []byte
}

// over says whether a claim counts no longer, so that the key is free.
func (h *held) over(now time.Time, lease, keep time.Duration) bool {
	age := now.Sub(h.claimed)
	return age >= keep && h.settled || age >= lease && !h.settled
}

// answer is what a claim of a key that is not free finds.
func (h *held) answer(sum [32]byte) Claim {
	switch {
	case h.sum != sum:
		return Claim{State: Mismatch}
	case !h.settled:
		return Claim{State: Running}
	}
	return Claim{State: Done, Status: h.status, Body: h.body}
}

// Keys that are over are purged now and then, so that a claim does not pay for
// looking: every purgeEvery claims, twice as many keys at most.
const (
	purgeEvery = 64
	purgeLimit = 2 * purgeEvery
)

// purgeBefore is the time of the claims that are over, whether settled or not.
func purgeBefore(now time.Time, lease, keep time.Duration) int64 {
	return nanos(now.Add(-max(lease, keep)))
}
