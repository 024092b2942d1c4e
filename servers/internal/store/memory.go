package store

import (
	"context"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// memoryLimit is how many notifications, and how many keys, store memory keeps; the
// oldest give way. A key that gave way is not known any more.
const memoryLimit = 100_000

// memory keeps everything in this process: choose it to measure a service without a
// database. What it knows ends with the process and is not shared with others, so it
// has no outbox.
type memory struct {
	users   *userTable
	records *shelf[Record]
	keys    *shelf[held]
}

var _ Store = (*memory)(nil)

func openMemory(context.Context, Options) (Store, error) {
	return newMemory(memoryLimit), nil
}

// NewKeys keeps idempotency keys in this process, as store memory does, where there is
// no store.
func NewKeys() Keys { return &memory{keys: newShelf[held](memoryLimit)} }

func newMemory(limit int) *memory {
	return &memory{users: newUserTable(), records: newShelf[Record](limit), keys: newShelf[held](limit)}
}

func (m *memory) User(_ context.Context, id int64) (contract.User, error) {
	return m.users.user(id)
}

func (m *memory) Save(ctx context.Context, r Record, s *Settlement) error {
	m.records.update(r.ID, func(Record, bool) (Record, verdict) { return r, put })
	if s == nil {
		return nil
	}
	return m.Settle(ctx, *s)
}

func (m *memory) Load(_ context.Context, id string) (Record, error) {
	r, ok := m.records.get(id)
	if !ok {
		return Record{}, ErrNotFound
	}
	return r, nil
}

func (m *memory) Claim(_ context.Context, key string, sum [32]byte, now time.Time, lease, keep time.Duration) (c Claim, err error) {
	m.keys.update(key, func(h held, there bool) (held, verdict) {
		if !there || h.over(now, lease, keep) {
			return held{sum: sum, claimed: now}, put
		}
		c = h.answer(sum)
		return h, leave
	})
	return c, nil
}

func (m *memory) Settle(_ context.Context, s Settlement) error {
	m.keys.update(s.Key, func(h held, there bool) (held, verdict) {
		if !there || h.settled {
			return h, leave
		}
		h.settled, h.status, h.body = true, s.Status, s.Body
		return h, put
	})
	return nil
}

func (m *memory) Release(_ context.Context, key string) error {
	m.keys.update(key, func(h held, there bool) (held, verdict) {
		if !there || h.settled {
			return h, leave
		}
		return h, remove
	})
	return nil
}

func (m *memory) Stats() Stats { return Stats{} }

func (m *memory) Close() error { return nil }
