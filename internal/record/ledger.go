package record

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/notifybench/notifybench/internal/contract"
)

// LedgerFile is what the providers accepted in a cell, in its folder: lines of
// contract.LedgerPage in JSON, compressed by gzip (zcat shows it), as the
// providers' control port gave it once the server had ended.
const LedgerFile = "ledger.ndjson.gz"

// Limits of a ledger: beyond them a file is not one of ours.
const (
	maxLedger = 1 << 30 // bytes, unpacked
	maxPage   = 1 << 20 // numbers on one line
)

// WriteLedger writes what a control port answers to GET /ledger.
func WriteLedger(path string, from io.Reader) error {
	data, err := io.ReadAll(from)
	if err != nil {
		return fmt.Errorf("read the providers' ledger: %w", err)
	}
	return WriteFile(path, data)
}

// Ledger is how often each notification was accepted by each provider. The zero
// Ledger is empty.
type Ledger struct {
	pages map[string]map[uint64]*[ledgerPage]uint8 // by provider and k / ledgerPage
}

// ledgerPage is how many numbers a Ledger keeps together: the numbers of a cell
// follow one another.
const ledgerPage = 4096

// Add takes a page up; a count stays at 255.
func (l *Ledger) Add(page contract.LedgerPage) error {
	if n := len(page.Accepted); n > maxPage || uint64(n) > math.MaxUint64-page.From {
		return fmt.Errorf("a page of %d numbers from %d", n, page.From)
	}
	for i, n := range page.Accepted {
		if n > 0 {
			l.add(page.Provider, page.From+uint64(i), n)
		}
	}
	return nil
}

func (l *Ledger) add(provider string, k uint64, n uint8) {
	pages := l.pages[provider]
	if pages == nil {
		if l.pages == nil {
			l.pages = map[string]map[uint64]*[ledgerPage]uint8{}
		}
		pages = map[uint64]*[ledgerPage]uint8{}
		l.pages[provider] = pages
	}
	page := pages[k/ledgerPage]
	if page == nil {
		page = new([ledgerPage]uint8)
		pages[k/ledgerPage] = page
	}
	b := &page[k%ledgerPage]
	*b += min(n, math.MaxUint8-*b)
}

// Accepted is how often a provider accepted notification k.
func (l *Ledger) Accepted(provider string, k uint64) int {
	if page := l.pages[provider][k/ledgerPage]; page != nil {
		return int(page[k%ledgerPage])
	}
	return 0
}

// ReadLedger reads what WriteLedger wrote.
func ReadLedger(from io.Reader) (*Ledger, error) {
	z, err := gzip.NewReader(from)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	l := &Ledger{}
	lines := json.NewDecoder(io.LimitReader(z, maxLedger))
	for {
		var page contract.LedgerPage
		err := lines.Decode(&page)
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err == nil {
			err = l.Add(page)
		}
		if err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
	}
}

// Ledger reads the ledger of a cell. The error wraps fs.ErrNotExist where the
// record has none.
func (r *Reader) Ledger(c *Cell) (*Ledger, error) {
	f, err := os.Open(filepath.Join(r.dir, c.Dir, LedgerFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadLedger(f)
}
