package sample

import (
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// The stall detector sleeps for nap and sees how late it wakes. A wake costs 40 to
// 50 µs on a virtual machine, the Go runtime's part included: naps of 1 ms cost 4%
// of the core that generator and providers need, of 4 ms 1.3%. Of a stall that
// begins within a nap, the rest of the nap goes unseen: half of it on average.
const (
	nap     = 10 * time.Millisecond
	stallAt = 5 * time.Millisecond // later than this is a stall
	// A look at how long the thread waited for its core costs as much as a wake: it
	// is taken every so many naps and after every gap.
	napsPerLook = 8
)

// stalls sums up gaps. Its core is the one that generator and providers keep
// busy: a thread may be late there because it had to wait for its turn. The
// kernel knows how long that was; only what remains of a gap is a stall, of the
// machine as a whole.
type stalls struct {
	sum    record.Stalls
	late   time.Duration // of the wakes since the last look, gaps left out
	waited time.Duration // for the core, since the thread began, at the last look
}

// wake takes a wake that came so much later than it was due, and returns it where
// it is a gap: then looked must follow.
func (s *stalls) wake(late time.Duration) (gap time.Duration) {
	if late > stallAt {
		return late
	}
	s.late += max(0, late)
	return 0
}

// looked takes the thread's waiting time, after a gap of a length (0: after
// none).
func (s *stalls) looked(waited, gap time.Duration) {
	// The small lateness since the last look may be waiting too: what is left can
	// only belong to the gap.
	ours := min(gap, max(0, waited-s.waited-s.late))
	s.waited, s.late = waited, 0
	if gap == 0 {
		return
	}
	if gap-ours <= stallAt { // without the waiting it would not have been one
		s.sum.Waited += gap
		return
	}
	s.sum.Waited += ours
	s.sum.Time += gap - ours
	s.sum.Count++
	s.sum.Longest = max(s.sum.Longest, gap-ours)
}
