package attack

import (
	"time"

	"golang.org/x/sys/unix"
)

// sharpenTimer asks the kernel to wake this thread on time: the default slack
// lets it be 50 µs late.
func sharpenTimer() {
	// Without it the send lag grows by the slack, and the record shows it.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
}

// sleep blocks the thread itself; a signal may end it early.
func sleep(d time.Duration) {
	ts := unix.NsecToTimespec(d.Nanoseconds())
	_ = unix.Nanosleep(&ts, nil) // the caller looks at the clock anyway
}
