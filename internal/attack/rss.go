package attack

import (
	"runtime"
	"syscall"
)

// maxRSS is the peak of this process's resident memory in bytes.
func maxRSS() uint64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" { // the one system that counts bytes
		return uint64(u.Maxrss)
	}
	return uint64(u.Maxrss) << 10
}
