package cache

import (
	"context"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// memory keeps the users looked up last in this process: choose it where users change
// rarely and memory is there in every process. It is the library's plain list with a
// time on each entry: its expiring one starts a goroutine that nobody can stop.
type memory struct {
	held *lru.Cache[int64, dated]
}

var _ level = memory{}

// dated is an entry and when it ends.
type dated struct {
	entry
	until time.Time
}

func openMemory(_ context.Context, o Options) (level, error) {
	held, err := lru.New[int64, dated](o.Size)
	return memory{held}, err
}

func (m memory) get(_ context.Context, id int64) (entry, bool, error) {
	d, ok := m.held.Get(id)
	return d.entry, ok && time.Now().Before(d.until), nil
}

func (m memory) put(_ context.Context, id int64, e entry, ttl time.Duration) error {
	m.held.Add(id, dated{e, time.Now().Add(ttl)})
	return nil
}

func (m memory) close() error { return nil }
