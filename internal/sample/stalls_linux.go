package sample

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/notifybench/notifybench/internal/record"
)

// WatchStalls looks for stalls of the cores this process may use until ctx ends,
// on a thread of its own. It returns nil where the kernel does not say how long
// a thread waited for its core, without which a busy core would look like one
// that stands still.
func WatchStalls(ctx context.Context) *record.Stalls {
	runtime.LockOSThread()                             // and never unlock: the thread ends with its timer slack
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // without, wakes are 50 µs later: no stall
	file, err := os.Open(fmt.Sprintf("/proc/self/task/%d/schedstat", unix.Gettid()))
	if err != nil {
		return nil
	}
	defer file.Close()
	var s stalls
	var ok bool
	if s.waited, ok = waited(file); !ok {
		return nil
	}
	begin, last := time.Now(), time.Now()
	sleep := unix.NsecToTimespec(nap.Nanoseconds())
	for n := 1; ctx.Err() == nil; n++ {
		_ = unix.Nanosleep(&sleep, nil) // one that a signal cut short is not late
		now := time.Now()
		gap := s.wake(now.Sub(last) - nap)
		last = now
		if gap > 0 || n%napsPerLook == 0 {
			w, _ := waited(file) // it could be read before
			s.looked(w, gap)
			last = time.Now()
		}
	}
	s.sum.Watched, s.sum.Nap = time.Since(begin), nap
	return &s.sum
}

// waited is how long a thread was ready to run while others did (the second
// number of its schedstat, in ns).
func waited(file *os.File) (time.Duration, bool) {
	var buf [96]byte
	n, err := file.ReadAt(buf[:], 0)
	if n == 0 {
		return 0, err == nil
	}
	f := bytes.Fields(buf[:n])
	if len(f) < 2 {
		return 0, false
	}
	ns, err := strconv.ParseInt(string(f[1]), 10, 64)
	return time.Duration(ns), err == nil
}
