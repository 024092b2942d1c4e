package attack

import (
	"os"
	"syscall"
)

// openFiles counts the open descriptors of this process, and says how many it
// may have; nil and 0 where the system does not tell.
func openFiles() (open *int, limit uint64) {
	if entries, err := os.ReadDir("/dev/fd"); err == nil {
		n := len(entries)
		open = &n
	}
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) == nil {
		limit = uint64(l.Cur)
	}
	return open, limit
}
