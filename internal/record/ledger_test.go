package record

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// packed is pages as a control port sends them.
func packed(t interface{ Fatal(...any) }, pages ...contract.LedgerPage) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	lines := json.NewEncoder(z)
	for _, p := range pages {
		if err := lines.Encode(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestLedgerRoundTrips compares with a plain map over close and scattered numbers.
func TestLedgerRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[uint64]int{}
		var pages []contract.LedgerPage
		for range rapid.IntRange(0, 5).Draw(t, "pages") {
			from := rapid.OneOf(rapid.Uint64Range(0, 3*ledgerPage), rapid.Uint64Range(0, math.MaxUint64-100)).Draw(t, "from")
			counts := rapid.SliceOfN(rapid.Byte(), 0, 50).Draw(t, "counts")
			pages = append(pages, contract.LedgerPage{Provider: "sms", From: from, Accepted: counts})
			for i, n := range counts {
				want[from+uint64(i)] = min(math.MaxUint8, want[from+uint64(i)]+int(n))
			}
		}
		l, err := ReadLedger(bytes.NewReader(packed(t, pages...)))
		if err != nil {
			t.Fatal(err)
		}
		for k, n := range want {
			if got := l.Accepted("sms", k); got != n || l.Accepted("email", k) != 0 {
				t.Fatalf("k %d: %d times, want %d", k, got, n)
			}
		}
	})
}

func TestLedgerOfACell(t *testing.T) {
	dir := t.TempDir()
	r, c := &Reader{dir: dir, run: &Run{}}, &Cell{Dir: "cells/000"}
	if _, err := r.Ledger(c); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a ledger: %v", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, c.Dir), 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, c.Dir, LedgerFile)
	page := contract.LedgerPage{Provider: "push", From: 5, Accepted: []byte{0, 2}}
	if err := WriteLedger(path, bytes.NewReader(packed(t, page))); err != nil {
		t.Fatal(err)
	}
	l, err := r.Ledger(c)
	if err != nil || l.Accepted("push", 6) != 2 || l.Accepted("push", 5) != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	if err := WriteLedger(path, bytes.NewReader(packed(t, page)[:20])); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Ledger(c); err == nil {
		t.Error("a ledger cut short was read")
	}
}

func FuzzReadLedger(f *testing.F) {
	f.Add([]byte(`{"provider":"email","from":0,"accepted":"AQE="}`))
	f.Add([]byte(`{"from":18446744073709551615,"accepted":"AQE="}`))
	f.Fuzz(func(t *testing.T, lines []byte) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(lines)
		z.Close()
		if l, err := ReadLedger(&b); err == nil {
			l.Accepted("email", 0)
		}
		if l, err := ReadLedger(bytes.NewReader(lines)); err == nil {
			l.Accepted("email", 0)
		}
	})
}
