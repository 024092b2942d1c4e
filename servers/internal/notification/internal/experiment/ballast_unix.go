//go:build unix

package experiment

import "golang.org/x/sys/unix"

// holdMemory maps memory outside the Go heap and touches every page. On the heap
// it would also make the collector run less often, and so a server with ballast
// would need less CPU.
func holdMemory(size int) ([]byte, error) {
	b, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	for i := 0; i < len(b); i += unix.Getpagesize() {
		b[i] = 1
	}
	return b, nil
}

func releaseMemory(b []byte) error { return unix.Munmap(b) }
