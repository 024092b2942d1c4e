package attack

import (
	"sync"
	"time"

	"github.com/notifybench/notifybench/internal/record"
)

// slot is what the pacer knows of a request, and later what the transport found.
type slot struct {
	k                 uint64
	due               time.Duration // intended send, after the begin of the attack
	outcome           record.Outcome
	bytesOut, bytesIn int
	calls             int // provider calls the answer reports, or unknownCalls
	err               string
	timing            timing
	sent              uint8 // record.Request.Reported
}

// slots keeps, for the requests in flight, what vegeta's Result has no room for.
// It is keyed by vegeta's sequence number and shared by pacer, transport and
// collector; it holds no more entries than there are requests in flight.
type slots struct{ shards [64]shard }

type shard struct {
	mu sync.Mutex
	m  map[uint64]slot
}

func newSlots() *slots {
	s := &slots{}
	for i := range s.shards {
		s.shards[i].m = map[uint64]slot{}
	}
	return s
}

func (s *slots) shard(seq uint64) *shard { return &s.shards[seq%uint64(len(s.shards))] }

func (s *slots) assign(seq uint64, v slot) {
	sh := s.shard(seq)
	sh.mu.Lock()
	sh.m[seq] = v
	sh.mu.Unlock()
}

func (s *slots) get(seq uint64) slot {
	sh := s.shard(seq)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.m[seq]
}

func (s *slots) take(seq uint64) slot {
	sh := s.shard(seq)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	v := sh.m[seq]
	delete(sh.m, seq)
	return v
}
