//go:build !unix

package serve

import (
	"errors"
	"syscall"
)

func sharePort(_, _ string, _ syscall.RawConn) error {
	return errors.New("several processes on one port: not supported on this platform")
}
