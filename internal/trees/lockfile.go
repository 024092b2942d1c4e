package trees

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// openTries bounds how often the file is tried to be opened: another may be making it,
// or removing it, at the same moment.
const openTries = 20

// openLock opens the file of the lock, and makes it where there is none. The folder is
// everybody's, so nothing is followed or taken that somebody may have put there to have
// us write into a file of ours.
func openLock(path string) (*os.File, error) {
	var err error
	for range openTries {
		var f *os.File
		// Without O_CREATE: in a folder such as /tmp, Linux refuses that for a file of
		// another user (fs.protected_regular).
		f, err = os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
		if errors.Is(err, fs.ErrNotExist) {
			f, err = makeLock(path)
		}
		switch {
		case err == nil:
			return plain(f)
		case errors.Is(err, syscall.ELOOP):
			return nil, fmt.Errorf("%s is a link, which nobody follows there: remove it", path)
		case errors.Is(err, fs.ErrPermission) && isThere(path): // its maker has not yet opened it to all
			time.Sleep(10 * time.Millisecond)
		case !errors.Is(err, fs.ErrExist): // it exists: another has just made it
			return nil, inTemp(err)
		}
	}
	return nil, inTemp(err)
}

func inTemp(err error) error { return fmt.Errorf("%w (TMPDIR says where it is made)", err) }

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// makeLock makes the file; the umask does not count.
func makeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, lockMode)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(lockMode); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// plain refuses what is no file of its own: a device, a pipe, another name of a file.
func plain(f *os.File) (*os.File, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.Mode().IsRegular() || ok && stat.Nlink > 1 {
		return nil, errors.Join(fmt.Errorf("%s is no file of its own: remove it", f.Name()), f.Close())
	}
	return f, nil
}
