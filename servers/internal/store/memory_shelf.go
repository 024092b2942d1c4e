package store

import (
	"hash/maphash"
	"sync"
)

// shards divide a shelf, so that few goroutines want the same lock.
const shards = 64

// shelf is a map that holds so many entries at most, within a shard the newest ones:
// to add one to a full shard is to drop its oldest.
type shelf[V any] struct {
	seed   maphash.Seed
	shards [shards]shard[V]
}

// shard is a map and a ring of its keys in the order of their arrival.
type shard[V any] struct {
	mu    sync.Mutex
	held  map[string]placed[V]
	ring  []string // grows up to limit, then turns
	next  int      // the slot of the next arrival
	limit int
}

// placed is a value and the slot of the ring that its key is in.
type placed[V any] struct {
	value V
	slot  int
}

// verdict is what an update decides.
type verdict int

const (
	leave  verdict = iota // as it is
	put                   // add, or replace in its place
	remove                // if it is there
)

func newShelf[V any](limit int) *shelf[V] {
	s := &shelf[V]{seed: maphash.MakeSeed()}
	for i := range s.shards {
		s.shards[i].held = make(map[string]placed[V])
		s.shards[i].limit = max(limit/shards, 1)
	}
	return s
}

func (s *shelf[V]) shard(key string) *shard[V] {
	return &s.shards[maphash.String(s.seed, key)%shards]
}

func (s *shelf[V]) get(key string) (V, bool) {
	d := s.shard(key)
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.held[key]
	return p.value, ok
}

// update shows an entry and does what is decided on it, in one step.
func (s *shelf[V]) update(key string, decide func(V, bool) (V, verdict)) {
	d := s.shard(key)
	d.mu.Lock()
	defer d.mu.Unlock()
	p, there := d.held[key]
	value, what := decide(p.value, there)
	switch {
	case what == put && there:
		d.held[key] = placed[V]{value, p.slot}
	case what == put:
		d.add(key, value)
	case what == remove && there:
		delete(d.held, key)
		d.ring[p.slot] = ""
	}
}

// add gives a key the next slot. The key that was there has left it empty if it was
// removed since.
func (d *shard[V]) add(key string, value V) {
	if len(d.ring) < d.limit {
		d.next = len(d.ring)
		d.ring = append(d.ring, "")
	} else if old, ok := d.held[d.ring[d.next]]; ok && old.slot == d.next {
		delete(d.held, d.ring[d.next])
	}
	d.ring[d.next] = key
	d.held[key] = placed[V]{value, d.next}
	d.next = (d.next + 1) % d.limit
}
