package trees

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const (
	lockFile = "notifybench-gate.lock" // among the temporary files; it stays there
	lockPoll = 100 * time.Millisecond  // between two tries
	lockMode = 0o666                   // a gate of any user waits for that of any other
)

// Lock lets one gate at a time measure on a machine: it waits until no other holds the
// lock. While it waits, waiting is told who does, again whenever that is another one.
// The kernel frees the lock when its holder ends, however it ends. Processes that do not
// share a folder of temporary files do not see each other.
func Lock(ctx context.Context, waiting func(who string)) (unlock func() error, err error) {
	path := filepath.Join(os.TempDir(), lockFile)
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	told := ""
	for {
		f, holder, err := tryLock(path)
		if err != nil {
			return nil, fmt.Errorf("wait for other gates on this machine: %w", err)
		}
		if f != nil {
			return holding(f)
		}
		if holder != "" && holder != told {
			waiting(holder)
			told = holder
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// holding writes down who holds the lock, and returns what ends that.
func holding(f *os.File) (unlock func() error, err error) {
	dir, _ := os.Getwd() // not known: only a message lacks it
	if err := write(f, fmt.Sprintf("%d\n%s\n", os.Getpid(), dir)); err != nil {
		return nil, errors.Join(fmt.Errorf("write down who holds the lock: %w", err), f.Close())
	}
	return func() error {
		err := errors.Join(write(f, ""), f.Close())
		if errors.Is(err, fs.ErrClosed) {
			return nil // it was called before
		}
		return err
	}, nil
}

// write replaces what a file says.
func write(f *os.File, text string) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

// tryLock takes the lock and returns its file, or nil and who holds it. Nobody does where
// the file was removed meanwhile, by whoever tidies up: the next try makes it anew.
func tryLock(path string) (locked *os.File, holder string, err error) {
	f, err := openLock(path)
	if err != nil {
		return nil, "", err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil && isSame(f, path) {
		return f, "", nil
	}
	defer f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, holderOf(f), nil
	}
	if err != nil {
		return nil, "", &fs.PathError{Op: "lock", Path: path, Err: err}
	}
	return nil, "", nil
}

// isSame says that a path still leads to an open file.
func isSame(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(open, there)
}

// someGate holds the lock where it is not known which.
const someGate = "another gate"

// holderOf says who holds the lock, by what the file says; anybody may have written it.
func holderOf(f *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 4096+32)) // a path and a number
	if err != nil {
		return someGate
	}
	number, dir, _ := bytes.Cut(text, []byte("\n"))
	dir, _, whole := bytes.Cut(dir, []byte("\n"))
	pid, err := strconv.Atoi(string(number))
	if err != nil || !whole || pid <= 0 || !isAlive(pid) {
		return someGate
	}
	return fmt.Sprintf("process %d in %q", pid, dir)
}
