//go:build unix

package mockproviders

import (
	"time"

	"golang.org/x/sys/unix"
)

// ownCPU is the CPU time this process has used, user and system.
func ownCPU() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return notKnown
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
