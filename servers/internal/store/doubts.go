package store

import (
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/notifybench/notifybench/servers/internal/store/internal/batch"
)

// doubts are jobs that were written, perhaps: whoever wrote them was told that the
// store is unavailable, and nobody works on them. If they are there, they belong to
// this process, so Adopt has to hand them out: no other process would before this
// one ends.
type doubts struct {
	mu    sync.Mutex
	looks map[string]int // how often Adopt will still look for it
}

const (
	// doubtLooks is for a database that carries a write out after its connection broke.
	doubtLooks = 10
	// doubtLimit bounds them. A job beyond it is adopted once this process has ended.
	doubtLimit = 10_000
)

// note remembers jobs if the error leaves it open whether they were written.
func (d *doubts) note(err error, ids ...string) {
	if !errors.Is(err, batch.ErrDoubt) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.looks == nil {
		d.looks = make(map[string]int)
	}
	for _, id := range ids {
		if len(d.looks) < doubtLimit {
			d.looks[id] = doubtLooks
		}
	}
}

// some returns up to limit ids to look for.
func (d *doubts) some(limit int) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	ids := slices.Sorted(maps.Keys(d.looks))
	return ids[:min(limit, len(ids))]
}

// looked says that these were looked for.
func (d *doubts) looked(ids []string, found []Job) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range ids {
		if d.looks[id]--; d.looks[id] <= 0 {
			delete(d.looks, id)
		}
	}
	for _, job := range found {
		delete(d.looks, job.ID)
	}
}
