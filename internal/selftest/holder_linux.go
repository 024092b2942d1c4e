package selftest

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// sharedMemory is a file in memory, without pages until they are touched.
func sharedMemory(size int64) (*os.File, error) {
	fd, err := unix.MemfdCreate("selftest", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create shared memory: %w", err)
	}
	f := os.NewFile(uintptr(fd), "shared")
	return f, f.Truncate(size)
}

func touchFile(f *os.File, size int) error {
	return touch(int(f.Fd()), size, unix.MAP_SHARED)
}

func touchAnonymous(size int) error {
	return touch(-1, size, unix.MAP_PRIVATE|unix.MAP_ANON)
}

func touch(fd, size, flags int) error {
	memory, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, flags)
	if err != nil {
		return err
	}
	for i := 0; i < len(memory); i += os.Getpagesize() {
		memory[i] = 1
	}
	return nil
}
