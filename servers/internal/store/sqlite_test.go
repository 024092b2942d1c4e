package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/store/internal/batch"
)

func openSQLiteIn(t testing.TB, dir string) *sqlite {
	t.Helper()
	s, err := Open(t.Context(), Options{Kind: contract.StoreSQLite, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*sqlite)
}

// TestSQLiteIsPrivate: nobody else reads what users are sent.
func TestSQLiteIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a?b#c %41", "data")
	s := openSQLiteIn(t, dir)
	if err := s.Save(t.Context(), record("n1", contract.StatusSent), nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 4 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

// TestSQLiteLocks: a process leaves no lock behind, and one that was killed has its
// lock removed by the next.
func TestSQLiteLocks(t *testing.T) {
	dir := seededFolder(t)
	if err := os.WriteFile(filepath.Join(dir, "owner-00000000000000ff.lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	locks := func(want int) {
		t.Helper()
		if found, _ := filepath.Glob(filepath.Join(dir, "owner-*.lock")); len(found) != want {
			t.Errorf("found %v, want %d", found, want)
		}
	}
	one, two := openSQLiteIn(t, dir), openSQLiteIn(t, dir)
	locks(2)
	for _, s := range []*sqlite{one, two} {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	locks(0)
}

// TestSQLiteLockRace: whoever locks while others sweep keeps a lock that they see.
func TestSQLiteLockRace(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				l, err := lockOwner(dir)
				if err != nil {
					t.Error(err)
					return
				}
				if !l.inPlace() {
					t.Error("holds a lock that nobody sees")
				}
				if free, err := removeIfFree(l.path(l.me)); err != nil || free {
					t.Errorf("lives, and is taken for gone: %v", err)
				}
				if err := l.close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// TestSQLiteFull: a disk that is full is reported to everybody who waits, and when
// there is room again the same store goes on, with nothing half written.
func TestSQLiteFull(t *testing.T) {
	s, ctx := openSQLiteIn(t, seededFolder(t)), t.Context()
	limit := func(pages int) error {
		return s.writes.Do(ctx, func(w *sqliteWriter) error {
			_, err := w.conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages))
			return err
		})
	}
	if err := limit(1); err != nil { // what there is, is the least
		t.Fatal(err)
	}
	accept := func(n int) error {
		id := fmt.Sprintf("n%d", n)
		j := job(id, 1)
		j.Payload = make([]byte, 1<<20)
		return s.Accept(ctx, record(id, contract.StatusQueued), j, nil)
	}
	const callers = 20
	results := make(chan error, callers)
	for n := range callers {
		go func() { results <- accept(n) }()
	}
	for range callers {
		if err := <-results; !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "full") {
			t.Errorf("accepted on a full disk: %v", err)
		}
	}
	wantDepth(t, s, 0, time.Time{})
	if _, err := s.Load(ctx, "n1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("half of it was written: %v", err)
	}
	if _, err := s.User(ctx, 1); err != nil {
		t.Errorf("cannot read while the disk is full: %v", err)
	}
	if err := limit(1 << 30); err != nil {
		t.Fatal(err)
	}
	if err := accept(1); err != nil {
		t.Errorf("does not recover: %v", err)
	}
	if jobs := adoptAll(t, s, 10); len(jobs) != 0 {
		t.Errorf("is in doubt about what was surely not written: %q", ids(jobs))
	}
}

// hold keeps the database locked until the returned function is called.
func hold(t *testing.T, s *sqlite) (release func()) {
	t.Helper()
	entered, leave, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.writes.Do(context.Background(), func(*sqliteWriter) error {
			close(entered)
			<-leave
			return nil
		})
	}()
	<-entered
	return func() {
		close(leave)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// TestSQLiteLocked: a process that keeps the database to itself for too long makes
// the others report it; then they go on.
func TestSQLiteLocked(t *testing.T) {
	dir := seededFolder(t)
	s, other := openSQLiteIn(t, dir), openSQLiteIn(t, dir)
	err := s.writes.Do(t.Context(), func(w *sqliteWriter) error { return w.exec("PRAGMA busy_timeout = 50") })
	if err != nil {
		t.Fatal(err)
	}
	release := hold(t, other)
	if err := s.Save(t.Context(), record("n1", contract.StatusSent), nil); !errors.Is(err, ErrUnavailable) {
		t.Errorf("saved in a locked database: %v", err)
	}
	if _, err := s.User(t.Context(), 1); err != nil {
		t.Errorf("a read waits for a write: %v", err)
	}
	release()
	if err := s.Save(t.Context(), record("n1", contract.StatusSent), nil); err != nil {
		t.Errorf("does not recover: %v", err)
	}
}

// TestSQLiteDoubt: a job whose writer could not wait for the answer, and which was
// written, is handed out by Adopt, once. One that was not taken yet is not written.
func TestSQLiteDoubt(t *testing.T) {
	dir := seededFolder(t)
	s, other := openSQLiteIn(t, dir), openSQLiteIn(t, dir)
	release := hold(t, other)
	ctx, cancel := context.WithCancel(t.Context())
	results := make(chan error, 2)
	accept := func(id string) { results <- s.Accept(ctx, record(id, contract.StatusQueued), job(id, 1), nil) }
	go accept("taken")
	for _, n := s.writes.Counts(); n == 0; _, n = s.writes.Counts() {
		runtime.Gosched()
	}
	go accept("waiting")
	cancel()
	for range 2 {
		if err := <-results; !errors.Is(err, ErrUnavailable) {
			t.Errorf("accepted without an answer: %v", err)
		}
	}
	release()
	wantJobs(t, adoptAll(t, s, 10), job("taken", 1))
	wantJobs(t, adoptAll(t, s, 10))
	if err := s.Finish(t.Context(), record("taken", contract.StatusSent), nil); err != nil {
		t.Error(err)
	}
	s.doubts.note(inDoubt(context.Canceled), "never written")
	for range doubtLooks {
		adoptAll(t, s, 10)
	}
	if left := s.doubts.some(10); len(left) != 0 {
		t.Errorf("still looks for %q", left)
	}
}

func TestSQLiteCannotOpen(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, sqliteFile), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"": "NOTIFY_DATA", dir: "not a database", filepath.Join(dir, sqliteFile, "below"): "not a directory",
	} {
		_, err := Open(t.Context(), Options{Kind: contract.StoreSQLite, Dir: at})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("in %q: got %v, want it to say %q", at, err, want)
		}
	}
}

// TestSQLiteCommitFails: a commit that fails is in doubt for whoever waits for it,
// and the next transaction begins anew.
func TestSQLiteCommitFails(t *testing.T) {
	s := openSQLiteIn(t, seededFolder(t))
	err := s.writes.Do(t.Context(), func(w *sqliteWriter) error {
		return errors.Join(w.exec("PRAGMA defer_foreign_keys = ON"),
			w.exec("INSERT INTO preferences VALUES (-1, 'sms', 1)"))
	})
	if !errors.Is(err, batch.ErrDoubt) {
		t.Errorf("committed a preference of nobody: %v", err)
	}
	if err := s.Save(t.Context(), record("n1", contract.StatusSent), nil); err != nil {
		t.Errorf("does not recover: %v", err)
	}
}
