package mockproviders

import "sync"

// ledger remembers for each k how often it was called and whether a call was
// accepted: one byte a notification, in pages, so that five million consecutive
// k take 5 MB and a few scattered ones a page each.
type ledger struct {
	shards [16]ledgerShard
}

type ledgerShard struct {
	mu    sync.Mutex
	pages map[uint64]*[pageSize]uint8
}

const (
	pageSize = 256
	maxCalls = 127    // the count stays there
	accepted = 1 << 7 // the bit above the count
)

// next counts a call and says the how many-th for k it is, from 1.
func (l *ledger) next(k uint64) (n int) {
	l.update(k, func(b *uint8) {
		if *b&maxCalls < maxCalls {
			*b++
		}
		n = int(*b & maxCalls)
	})
	return n
}

// accept notes that a call was accepted, and reports whether one was before.
func (l *ledger) accept(k uint64) (again bool) {
	l.update(k, func(b *uint8) {
		again = *b&accepted != 0
		*b |= accepted
	})
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

func (l *ledger) update(k uint64, do func(*uint8)) {
	number := k / pageSize
	s := &l.shards[number%uint64(len(l.shards))]
	s.mu.Lock()
	defer s.mu.Unlock()
	page := s.pages[number]
	if page == nil {
		if s.pages == nil {
			s.pages = map[uint64]*[pageSize]uint8{}
		}
		page = new([pageSize]uint8)
		s.pages[number] = page
	}
	do(&page[k%pageSize])
}
