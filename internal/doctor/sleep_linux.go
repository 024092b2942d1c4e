package doctor

import (
	"time"

	"golang.org/x/sys/unix"
)

// sleep blocks the thread itself, so that the Go scheduler's own delays are not
// taken for the machine's.
func sleep(d time.Duration) {
	ts := unix.NsecToTimespec(d.Nanoseconds())
	_ = unix.Nanosleep(&ts, nil) // a signal ends it early; the caller looks at the clock
}
