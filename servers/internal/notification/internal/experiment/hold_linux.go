package experiment

import (
	"errors"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// hold waits in nanosleep on a thread of its own: time.Sleep adds up to 1 ms,
// which is as much as some of the delays that are to be found.
func hold(d time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	left := unix.NsecToTimespec(int64(d))
	// The runtime's own signals interrupt the call; it then says what is left.
	for errors.Is(unix.Nanosleep(&left, &left), unix.EINTR) {
	}
}
