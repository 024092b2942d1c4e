package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/notifybench/notifybench/internal/contract"
)

// TestMain plays another process when asked to, see process_test.go.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == victimArg {
		victim(os.Args[2])
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(seeded.dir)
		os.Exit(code)
	}))
}

// seeded is a SQLite database with its users, made when it is first wanted: to seed
// one for every test takes minutes with the race detector.
var seeded struct {
	once sync.Once
	dir  string
	file []byte
	err  error
}

// seededFolder is a folder with a copy of it.
func seededFolder(t testing.TB) string {
	t.Helper()
	seeded.once.Do(func() {
		if seeded.dir, seeded.err = os.MkdirTemp("", "notifybench-store-"); seeded.err != nil {
			return
		}
		s, err := Open(context.Background(), Options{Kind: contract.StoreSQLite, Dir: seeded.dir})
		if err != nil {
			seeded.err = err
			return
		}
		seeded.err = s.Close()
		if seeded.err == nil {
			seeded.file, seeded.err = os.ReadFile(filepath.Join(seeded.dir, sqliteFile))
		}
	})
	if seeded.err != nil {
		t.Fatal(seeded.err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, sqliteFile), seeded.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// bed is where stores of one kind are tried out: each open is another process on the
// same data, if the kind shares any.
type bed struct {
	kind string
	open func(testing.TB) Store
	opts Options
}

// eachKind runs a test on all kinds at the same time, each in a database of its own.
func eachKind(t *testing.T, test func(*testing.T, bed)) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			test(t, newBed(t, k.name))
		})
	}
}

// eachOutbox leaves out the kinds that have none.
func eachOutbox(t *testing.T, test func(*testing.T, bed)) {
	eachKind(t, func(t *testing.T, b bed) {
		if _, ok := b.open(t).(Outbox); !ok {
			t.Skip("has no outbox")
		}
		test(t, b)
	})
}

func newBed(t testing.TB, kind string) bed {
	o := Options{Kind: kind}
	switch kind {
	case contract.StoreSQLite:
		o.Dir = seededFolder(t)
	case contract.StorePostgres:
		o.URL, o.Schema = postgresSchema(t)
		o.Pool = 4
	}
	open := func(t testing.TB) Store {
		t.Helper()
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	return bed{kind, open, o}
}

// outbox opens a store as the outbox that it is.
func (b bed) outbox(t testing.TB) interface {
	Store
	Outbox
} {
	t.Helper()
	return b.open(t).(interface {
		Store
		Outbox
	})
}

func randomName() string {
	var b [6]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// day is a time as the tests know it: to the nanosecond, and not of this process.
var day = time.Date(2026, 11, 27, 12, 0, 0, 123456789, time.UTC)

func wantRecord(t testing.TB, s Store, want Record) {
	t.Helper()
	got, err := s.Load(context.Background(), want.ID)
	if err != nil || got.ID != want.ID || got.Status != want.Status || !bytes.Equal(got.Body, want.Body) || !got.Created.Equal(want.Created) {
		t.Errorf("loaded %+v, %v, want %+v", got, err, want)
	}
}

func TestOpenUnknownKind(t *testing.T) {
	_, err := Open(t.Context(), Options{Kind: "mongo"})
	if err == nil || !strings.Contains(err.Error(), "valid: memory, sqlite, postgres") {
		t.Errorf("got %v, want the kinds that there are", err)
	}
	for _, setting := range contract.Settings() {
		if setting.Name != "store" {
			continue
		}
		want := []string{contract.StoreNone}
		for _, k := range kinds() {
			want = append(want, k.name)
		}
		if !reflect.DeepEqual(setting.OneOf, want) {
			t.Errorf("the setting may be %v, the kinds are %v", setting.OneOf, want)
		}
	}
}

// TestUsers: each kind begins with exactly the users of the contract.
func TestUsers(t *testing.T) {
	eachKind(t, func(t *testing.T, b bed) {
		s := b.open(t)
		for n := int64(-1); n < contract.SeededUsers+4; n++ {
			if n > 1000 && n < contract.SeededUsers-10 && n%997 != 0 {
				continue
			}
			want, exists := contract.SeedUser(n)
			got, err := s.User(t.Context(), n)
			if exists && (err != nil || !reflect.DeepEqual(got, want)) {
				t.Fatalf("user %d is %+v, %v, want %+v", n, got, err, want)
			}
			if !exists && !errors.Is(err, ErrNotFound) {
				t.Fatalf("user %d does not exist, got %+v, %v", n, got, err)
			}
		}
	})
}

func TestNotifications(t *testing.T) {
	eachKind(t, func(t *testing.T, b bed) {
		s := b.open(t)
		if _, err := s.Load(t.Context(), "n1"); !errors.Is(err, ErrNotFound) {
			t.Errorf("loaded what was never saved: %v", err)
		}
		for _, r := range []Record{
			{ID: "n1", Status: contract.StatusQueued, Body: []byte(`{"id":"n1"}`), Created: day},
			{ID: "n1", Status: contract.StatusSent, Body: []byte("\x00\xff"), Created: day.Add(1)},
			{ID: "n2"},
		} {
			if err := s.Save(t.Context(), r, nil); err != nil {
				t.Fatal(err)
			}
			wantRecord(t, s, r)
		}
		if st := s.Stats(); b.kind != contract.StoreMemory && (st.Writes == 0 || st.Batches == 0 || st.Batches > st.Writes) {
			t.Errorf("three writes, stats %+v", st)
		}
	})
}

// TestSaveSettles: the reply under a key comes with the record; the first one stands.
func TestSaveSettles(t *testing.T) {
	eachKind(t, func(t *testing.T, b bed) {
		s, key, sum := b.open(t), "k\xff\x00'", [32]byte{1}
		if _, err := s.Claim(t.Context(), key, sum, day, time.Minute, time.Hour); err != nil {
			t.Fatal(err)
		}
		for _, status := range []int{200, 207} {
			err := s.Save(t.Context(), Record{ID: "n1"}, &Settlement{Key: key, Status: status, Body: []byte("first")})
			if err != nil {
				t.Fatal(err)
			}
		}
		c, err := s.Claim(t.Context(), key, sum, day, time.Minute, time.Hour)
		if err != nil || c.State != Done || c.Status != 200 || string(c.Body) != "first" {
			t.Errorf("claimed again: %+v, %v", c, err)
		}
	})
}

// TestClaimOnce: of many that claim a key at once, in several processes, one gets it.
func TestClaimOnce(t *testing.T) {
	eachKind(t, func(t *testing.T, b bed) {
		stores := []Store{b.open(t)}
		if b.kind != contract.StoreMemory {
			stores = append(stores, b.open(t))
		}
		for range 5 {
			key := randomName()
			states := make([]ClaimState, 24)
			var all sync.WaitGroup
			for i := range states {
				all.Go(func() {
					c, err := stores[i%len(stores)].Claim(t.Context(), key, [32]byte{7}, day, time.Minute, time.Hour)
					if err != nil {
						t.Error(err)
					}
					states[i] = c.State
				})
			}
			all.Wait()
			fresh := 0
			for _, state := range states {
				switch state {
				case Fresh:
					fresh++
				case Running:
				default:
					t.Errorf("found state %d", state)
				}
			}
			if fresh != 1 {
				t.Errorf("%d of %d got the key", fresh, len(states))
			}
		}
	})
}

// TestContextEnds: a call whose time is up says so at once.
func TestContextEnds(t *testing.T) {
	eachKind(t, func(t *testing.T, b bed) {
		if b.kind == contract.StoreMemory {
			t.Skip("never waits")
		}
		s := b.open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, userErr := s.User(ctx, 1)
		_, loadErr := s.Load(ctx, "n1")
		_, claimErr := s.Claim(ctx, "k", [32]byte{}, day, time.Minute, time.Hour)
		for _, err := range []error{userErr, loadErr, claimErr, s.Save(ctx, Record{ID: "n1"}, nil)} {
			if !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
	})
}
