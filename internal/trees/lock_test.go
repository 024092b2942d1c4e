package trees

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

func lock(t *testing.T) (unlock func() error) {
	t.Helper()
	unlock, err := Lock(t.Context(), func(who string) { t.Errorf("waits for %s", who) })
	if err != nil {
		t.Fatal(err)
	}
	return unlock
}

func lockPath() string { return filepath.Join(os.TempDir(), lockFile) }

func TestTheSecondWaits(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	unlock := lock(t)
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	second, err := Lock(t.Context(), func(who string) {
		told = append(told, who)
		if err := errors.Join(unlock(), unlock()); err != nil { // a second time is as good
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("process %d in %q", os.Getpid(), dir); len(told) != 1 || told[0] != want {
		t.Errorf("told %q, want %q", told, want)
	}
	if err := second(); err != nil {
		t.Error(err)
	}
	if err := lock(t)(); err != nil {
		t.Error(err)
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	unlock := lock(t)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := Lock(ctx, func(string) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

// The kernel frees the lock of a gate that was killed; what it wrote is not believed.
func TestTheLockEndsWithItsHolder(t *testing.T) {
	r := newRepo(t)
	gate, _ := startGate(t, r.dir)
	var told []string
	unlock, err := Lock(t.Context(), func(who string) {
		told = append(told, who)
		kill(gate)
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("process %d in ", gate.Process.Pid); len(told) == 0 || !strings.HasPrefix(told[0], want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

func TestOneAtATime(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var inside atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			unlock, err := Lock(t.Context(), func(string) {})
			if err != nil {
				t.Error(err)
				return
			}
			if n := inside.Add(1); n != 1 {
				t.Errorf("%d at a time", n)
			}
			inside.Add(-1)
			if err := unlock(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// Every user's gates wait for those of every other.
func TestTheLockIsEverybodys(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	old := syscall.Umask(0o077)
	unlock := lock(t)
	syscall.Umask(old)
	info, err := os.Stat(lockPath())
	if err != nil || info.Mode().Perm() != lockMode {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

// Somebody who tidies up among the temporary files does not let in two at a time who
// came after.
func TestAFileThatIsRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	f, err := openLock(lockPath())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !isSame(f, lockPath()) {
		t.Error("a file is not itself")
	}
	if err := os.Remove(lockPath()); err != nil {
		t.Fatal(err)
	}
	if isSame(f, lockPath()) {
		t.Error("a file that is gone is there")
	}
	if err := lock(t)(); err != nil {
		t.Error(err)
	}
	if isSame(f, lockPath()) {
		t.Error("another file is the same")
	}
}

// What is in the file may come from anybody.
func TestHolderOf(t *testing.T) {
	me := os.Getpid()
	for text, want := range map[string]string{
		"":                                    someGate,
		"\n\n":                                someGate,
		"0\n/x\n":                             someGate,
		"-1\n/x\n":                            someGate,
		"x\n/x\n":                             someGate,
		fmt.Sprintf("%d", me):                 someGate,
		fmt.Sprintf("%d\n/half", me):          someGate,
		fmt.Sprintf("%d\n/x\n", me):           fmt.Sprintf(`process %d in "/x"`, me),
		fmt.Sprintf("%d\n\x1b[2J\xff\n", me):  fmt.Sprintf(`process %d in "\x1b[2J\xff"`, me),
		fmt.Sprintf("%d\n%09999d\n", me, 0):   someGate,
		fmt.Sprintf("%d\n/x\nmore\nmore", me): fmt.Sprintf(`process %d in "/x"`, me),
	} {
		path := filepath.Join(t.TempDir(), "lock")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := holderOf(f); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
		f.Close()
	}
}

// Nothing is written into what somebody has put in place of the file.
func TestPlacesForALock(t *testing.T) {
	victim := filepath.Join(t.TempDir(), "victim")
	for name, c := range map[string]struct {
		put   func(path string) error
		words string
	}{
		"a link":            {func(path string) error { return os.Symlink(victim, path) }, "is a link"},
		"a link to nothing": {func(path string) error { return os.Symlink(victim+".gone", path) }, "is a link"},
		"another name":      {func(path string) error { return os.Link(victim, path) }, "no file of its own"},
		"a pipe":            {func(path string) error { return syscall.Mkfifo(path, 0o666) }, "no file of its own"},
		"a folder":          {func(path string) error { return os.Mkdir(path, 0o777) }, "is a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := c.put(lockPath()); err != nil {
				t.Fatal(err)
			}
			_, err := Lock(t.Context(), func(string) {})
			tells(t, err, lockPath(), c.words)
			if text, err := os.ReadFile(victim); err != nil || string(text) != "precious" || exists(victim+".gone") {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

func TestALockNeedsAPlace(t *testing.T) {
	for _, place := range []string{filepath.Join(t.TempDir(), "gone"), "/proc/self/fdinfo"} {
		t.Setenv("TMPDIR", place)
		_, err := Lock(t.Context(), func(string) {})
		tells(t, err, lockPath(), "TMPDIR")
	}
	if os.Getuid() == 0 {
		return // root may write anywhere
	}
	shut := t.TempDir()
	if err := os.Chmod(shut, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", shut)
	_, err := Lock(t.Context(), func(string) {})
	tells(t, err, lockPath(), "permission denied", "TMPDIR")
}
