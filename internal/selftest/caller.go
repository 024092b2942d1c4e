package selftest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"runtime"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// callGap is the pause between two calls on one connection.
const callGap = 2 * time.Millisecond

// call makes every step-th call from first on until one before end, one after
// the other, and returns how long each took from before its send until its answer was read. It blocks
// in the kernel on a thread of its own, so that no scheduler but the system's
// lies between the answer and the clock.
func call(ctx context.Context, address string, first, end, step uint64) (took []time.Duration, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	fd, hangUp, err := blockingSocket(ctx, address)
	if err != nil {
		return nil, err
	}
	defer hangUp()
	answer := make([]byte, 4<<10)
	for k := first; k < end && ctx.Err() == nil; k += step {
		request, err := callRequest(address, k)
		if err != nil {
			return took, err
		}
		begin := time.Now()
		if _, err := syscall.Write(fd, request); err != nil {
			return took, fmt.Errorf("call %d: %w", k, err)
		}
		n, err := readAgain(fd, answer)
		took = append(took, time.Since(begin))
		if err != nil || n < 12 || string(answer[9:12]) != "200" {
			return took, errors.Join(fmt.Errorf("call %d was answered %q", k, answer[:max(n, 0)]), err, ctx.Err())
		}
		time.Sleep(callGap)
	}
	return took, ctx.Err()
}

// blockingSocket connects; the descriptor waits in the kernel. When ctx ends the
// connection is shut, and who waits is woken.
func blockingSocket(ctx context.Context, address string) (fd int, hangUp func(), err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return 0, nil, err
	}
	defer conn.Close()
	file, err := conn.(*net.TCPConn).File() // a copy
	if err != nil {
		return 0, nil, err
	}
	fd = int(file.Fd()) // makes it block
	stop := context.AfterFunc(ctx, func() { _ = syscall.Shutdown(fd, syscall.SHUT_RDWR) })
	return fd, func() { stop(); file.Close() }, nil
}

func callRequest(address string, k uint64) ([]byte, error) {
	body, err := json.Marshal(contract.PlainCall{To: "a@example.com", Subject: contract.Tag("selftest", k)})
	return fmt.Appendf(nil, "POST /send HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		address, len(body), body), err
}

// readAgain reads, whatever signals come in between.
func readAgain(fd int, into []byte) (n int, err error) {
	for {
		if n, err = syscall.Read(fd, into); !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}
