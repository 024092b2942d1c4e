package mockproviders

import (
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/notifybench/notifybench/internal/contract"
)

// ledger remembers for each k how often it was called and how often accepted: two
// bytes a notification, in pages, so that five million consecutive k take 10 MB
// and a few scattered ones a page each.
type ledger struct {
	shards [16]ledgerShard
}

type ledgerShard struct {
	mu    sync.Mutex
	pages map[uint64]*ledgerPage
}

// ledgerPage counts pageSize consecutive k; each count stays at maxCount.
type ledgerPage struct {
	called, accepted [pageSize]uint8
}

const (
	pageSize = 256
	maxCount = math.MaxUint8
)

// next counts a call and says the how many-th for k it is, from 1.
func (l *ledger) next(k uint64) (n int) {
	l.update(k, func(p *ledgerPage, i uint64) { n = count(&p.called[i]) })
	return n
}

// accept notes that a call was accepted, and reports whether one was before.
func (l *ledger) accept(k uint64) (again bool) {
	l.update(k, func(p *ledgerPage, i uint64) { again = count(&p.accepted[i]) > 1 })
	return again
}

// forget drops every page.
func (l *ledger) forget() {
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		s.pages = nil
		s.mu.Unlock()
	}
}

func count(b *uint8) int {
	if *b < maxCount {
		*b++
	}
	return int(*b)
}

func (l *ledger) shard(number uint64) *ledgerShard { return &l.shards[number%uint64(len(l.shards))] }

func (l *ledger) update(k uint64, do func(p *ledgerPage, i uint64)) {
	number := k / pageSize
	s := l.shard(number)
	s.mu.Lock()
	defer s.mu.Unlock()
	page := s.pages[number]
	if page == nil {
		if s.pages == nil {
			s.pages = map[uint64]*ledgerPage{}
		}
		page = new(ledgerPage)
		s.pages[number] = page
	}
	do(page, k%pageSize)
}

// linePages is how many neighbouring pages one line of the answer holds at most.
const linePages = 16

// each hands out what was accepted in the order of k, so many pages at a time as
// lie together. It holds no lock while yield runs, and no copy of the whole.
func (l *ledger) each(provider string, yield func(contract.LedgerPage) error) error {
	line := contract.LedgerPage{Provider: provider}
	for _, number := range l.numbers() {
		from := number * pageSize
		together := from == line.From+uint64(len(line.Accepted)) && len(line.Accepted) < linePages*pageSize
		if len(line.Accepted) > 0 && !together {
			if err := yield(line); err != nil {
				return err
			}
			line.Accepted = line.Accepted[:0]
		}
		if len(line.Accepted) == 0 {
			line.From = from
		}
		line.Accepted = l.appendAccepted(line.Accepted, number)
	}
	if len(line.Accepted) == 0 {
		return nil
	}
	return yield(line)
}

// numbers of the pages there are, in order.
func (l *ledger) numbers() []uint64 {
	var all []uint64
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		all = slices.AppendSeq(all, maps.Keys(s.pages))
		s.mu.Unlock()
	}
	slices.Sort(all)
	return all
}

func (l *ledger) appendAccepted(dst []byte, number uint64) []byte {
	s := l.shard(number)
	s.mu.Lock()
	defer s.mu.Unlock()
	page := s.pages[number]
	if page == nil { // forgotten meanwhile
		page = &ledgerPage{}
	}
	return append(dst, page.accepted[:]...)
}
