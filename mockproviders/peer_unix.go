//go:build unix

package mockproviders

import "golang.org/x/sys/unix"

// hungUp looks at what the peer sent without taking it: the end of the stream
// or an error means that it has hung up. It never blocks.
func hungUp(fd uintptr) bool {
	var b [1]byte
	n, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	if err == unix.EAGAIN || err == unix.EINTR {
		return false
	}
	return err != nil || n == 0
}

// writeNow writes as much as fits into the socket's buffer. A broken connection
// takes everything: nobody will read it.
func writeNow(fd uintptr, b []byte) int {
	n, err := unix.Write(int(fd), b)
	if err == unix.EAGAIN || err == unix.EINTR {
		return 0
	}
	if err != nil {
		return len(b)
	}
	return n
}
