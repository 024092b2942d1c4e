package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ownerLocks tell which processes that share a folder are alive: each holds the lock
// of a file owner-<id>.lock for as long as it lives.
type ownerLocks struct {
	dir  string
	me   int64
	mine *os.File
}

// newOwner draws the number of a process: it is never used again, and never 0.
func newOwner() (int64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fmt.Errorf("draw the number of this process: %w", err)
	}
	return int64(binary.LittleEndian.Uint64(b[:])>>1) | 1, nil
}

// lockOwner takes the lock of a new owner, once it has removed the files of dead ones.
func lockOwner(dir string) (*ownerLocks, error) {
	l := &ownerLocks{dir: dir}
	if err := l.sweep(); err != nil {
		return nil, err
	}
	for {
		me, err := newOwner()
		if err != nil {
			return nil, err
		}
		l.me = me
		l.mine, err = os.OpenFile(l.path(me), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("lock the jobs of this process: %w", err)
		}
		locked, err := tryLock(l.mine)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock the jobs of this process: %w", err), l.close())
		}
		// The sweep of another process may come between creation and lock.
		if locked && l.inPlace() {
			return l, nil
		}
		l.mine.Close()
	}
}

func (l *ownerLocks) path(owner int64) string {
	return filepath.Join(l.dir, fmt.Sprintf("owner-%016x.lock", owner))
}

// inPlace says whether the file is still where the others look for it.
func (l *ownerLocks) inPlace() bool {
	there, err := os.Stat(l.path(l.me))
	if err != nil {
		return false
	}
	held, err := l.mine.Stat()
	return err == nil && os.SameFile(there, held)
}

// gone says whether the process that was this owner has ended, and removes what it
// left. Numbers are not used again, so gone is for ever.
func (l *ownerLocks) gone(owner int64) (bool, error) {
	if owner == l.me {
		return false, nil
	}
	return removeIfFree(l.path(owner))
}

// sweep removes the files of all processes that are gone.
func (l *ownerLocks) sweep() error {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return fmt.Errorf("look for processes that are gone: %w", err)
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, "owner-") && strings.HasSuffix(name, ".lock") {
			if _, err := removeIfFree(filepath.Join(l.dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeIfFree removes a file that nobody has locked; true also when it is not there.
func removeIfFree(path string) (bool, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for processes that are gone: %w", err)
	}
	defer f.Close()
	free, err := tryLock(f)
	if err != nil || !free {
		return false, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("remove what a process left: %w", err)
	}
	return true, nil
}

// close gives the lock up.
func (l *ownerLocks) close() error {
	return errors.Join(os.Remove(l.path(l.me)), l.mine.Close())
}

// withLock does something that processes may do one after the other only.
func withLock(ctx context.Context, path string, do func() error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		ok, err := tryLock(f)
		if err != nil {
			return err
		}
		if ok {
			return do()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", path, ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

// lockPoll is how often a lock that another process has is tried again.
const lockPoll = 10 * time.Millisecond
