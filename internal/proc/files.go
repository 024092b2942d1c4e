package proc

import "syscall"

// FileLimit is the number of files a process may have open here at most.
func FileLimit() (uint64, error) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return uint64(limit.Max), err
}
