package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
)

// keysModel is what idempotency keys mean, in one map.
type keysModel map[string]held

func (m keysModel) claim(key string, sum [32]byte, now time.Time, lease, keep time.Duration) Claim {
	h, there := m[key]
	age := now.Sub(h.claimed)
	switch {
	case !there, h.settled && age >= keep, !h.settled && age >= lease:
		m[key] = held{sum: sum, claimed: now}
		return Claim{State: Fresh}
	case h.sum != sum:
		return Claim{State: Mismatch}
	case h.settled:
		return Claim{State: Done, Status: h.status, Body: h.body}
	}
	return Claim{State: Running}
}

func (m keysModel) settle(key string, status int, body []byte) {
	if h, there := m[key]; there && !h.settled {
		h.settled, h.status, h.body = true, status, body
		m[key] = h
	}
}

func (m keysModel) release(key string) {
	if !m[key].settled {
		delete(m, key)
	}
}

// TestKeysModel: whatever is done with keys, by two processes where the kind allows,
// every kind does what the model does.
func TestKeysModel(t *testing.T) {
	eachKind(t, func(t *testing.T, b bed) {
		stores := []Store{b.open(t)}
		if b.kind != contract.StoreMemory {
			stores = append(stores, b.open(t))
		}
		rapid.Check(t, func(r *rapid.T) {
			model, now, prefix := make(keysModel), day, randomName()
			drawKey := func(r *rapid.T) string { return prefix + rapid.SampledFrom([]string{"a", "b", "\xff"}).Draw(r, "key") }
			any := func(r *rapid.T) Store { return rapid.SampledFrom(stores).Draw(r, "store") }
			r.Repeat(map[string]func(*rapid.T){
				"claim": func(r *rapid.T) {
					key, sum := drawKey(r), [32]byte{rapid.Byte().Filter(func(b byte) bool { return b < 2 }).Draw(r, "sum")}
					got, err := any(r).Claim(t.Context(), key, sum, now, time.Minute, time.Hour)
					want := model.claim(key, sum, now, time.Minute, time.Hour)
					if err != nil || got.State != want.State || got.Status != want.Status || string(got.Body) != string(want.Body) {
						r.Fatalf("claimed %q: %+v, %v, want %+v", key, got, err, want)
					}
				},
				"settle": func(r *rapid.T) {
					s := Settlement{Key: drawKey(r), Status: rapid.IntRange(200, 299).Draw(r, "status"), Body: []byte(randomName())}
					if err := any(r).Settle(t.Context(), s); err != nil {
						r.Fatal(err)
					}
					model.settle(s.Key, s.Status, s.Body)
				},
				"release": func(r *rapid.T) {
					key := drawKey(r)
					if err := any(r).Release(t.Context(), key); err != nil {
						r.Fatal(err)
					}
					model.release(key)
				},
				"wait": func(r *rapid.T) {
					now = now.Add(rapid.SampledFrom([]time.Duration{1, time.Minute - 1, time.Minute, time.Hour}).Draw(r, "for"))
				},
			})
		})
	})
}

// jobModel is a job, the process that has it (-1: nobody) and its record's status.
type jobModel struct {
	job    Job
	owner  int
	status string
}

// outboxModel drives two processes on one outbox, beside one map.
type outboxModel struct {
	b      bed
	t      *testing.T
	stores [2]interface {
		Store
		Outbox
	}
	generation [2]int // owners: a process that was started anew is another one
	owners     int
	jobs       map[string]*jobModel
	count      int
}

// owner is the number by which the model knows process i.
func (m *outboxModel) owner(i int) int { return m.generation[i] }

func (m *outboxModel) alive(owner int) bool { return slices.Contains(m.generation[:], owner) }

func (m *outboxModel) start(i int) {
	m.owners++
	m.generation[i], m.stores[i] = m.owners, m.b.outbox(m.t)
}

// any draws a process and a job, which may be another's or done.
func (m *outboxModel) any(r *rapid.T) (int, string) {
	ids := slices.Sorted(maps.Keys(m.jobs))
	if len(ids) == 0 {
		r.Skip("no jobs")
	}
	return rapid.IntRange(0, 1).Draw(r, "process"), rapid.SampledFrom(append(ids, "none")).Draw(r, "id")
}

// want is what a process is told that touches a job.
func (m *outboxModel) want(i int, id string) error {
	if j := m.jobs[id]; j == nil || j.owner != m.owner(i) {
		return ErrNotOwner
	}
	return nil
}

func (m *outboxModel) accept(r *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(r, "process")
	m.count++
	id := fmt.Sprintf("%s-%d", m.b.opts.Schema+m.b.kind, m.count)
	j := &jobModel{job(id, time.Duration(m.count%3)), m.owner(i), contract.StatusQueued}
	if err := m.stores[i].Accept(m.t.Context(), record(id, j.status), j.job, nil); err != nil {
		r.Fatal(err)
	}
	m.jobs[id] = j
}

func (m *outboxModel) progress(r *rapid.T) {
	i, id := m.any(r)
	want := m.want(i, id)
	next := Job{ID: id, Payload: []byte(randomName()), Due: day.Add(time.Hour)}
	if j := m.jobs[id]; j != nil {
		next.Created = j.job.Created
	}
	if err := m.stores[i].Progress(m.t.Context(), record(id, contract.StatusRetrying), next); !errors.Is(err, want) {
		r.Fatalf("progress of %s: %v, want %v", id, err, want)
	}
	if want == nil {
		m.jobs[id].job, m.jobs[id].status = next, contract.StatusRetrying
	}
}

func (m *outboxModel) finish(r *rapid.T) {
	i, id := m.any(r)
	want := m.want(i, id)
	if err := m.stores[i].Finish(m.t.Context(), record(id, contract.StatusSent), nil); !errors.Is(err, want) {
		r.Fatalf("finish %s: %v, want %v", id, err, want)
	}
	if want == nil {
		delete(m.jobs, id)
		wantRecord(m.t, m.stores[1-i], record(id, contract.StatusSent))
	}
}

func (m *outboxModel) adopt(r *rapid.T) {
	i, limit := rapid.IntRange(0, 1).Draw(r, "process"), rapid.IntRange(1, 5).Draw(r, "limit")
	var free []Job
	for _, j := range m.jobs {
		if !m.alive(j.owner) {
			free = append(free, j.job)
		}
	}
	want := oldestFirst(free)
	want = want[:min(limit, len(want))]
	got := oldestFirst(adoptAll(m.t, m.stores[i], limit))
	// Abandoned jobs come at once, those of a process that is gone perhaps later: with
	// a limit, which ones is left open. Never those of a process that lives.
	if len(got) != len(want) {
		r.Fatalf("adopted %q, want %q", ids(got), ids(want))
	}
	for _, j := range got {
		if m.jobs[j.ID] == nil || m.alive(m.jobs[j.ID].owner) {
			r.Fatalf("adopted %s, which is done or belongs to a process that lives", j.ID)
		}
		wantJobs(m.t, []Job{j}, m.jobs[j.ID].job)
		m.jobs[j.ID].owner = m.owner(i)
	}
}

func (m *outboxModel) abandon(r *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(r, "process")
	if err := m.stores[i].Abandon(m.t.Context()); err != nil {
		r.Fatal(err)
	}
	for _, j := range m.jobs {
		if j.owner == m.owner(i) {
			j.owner = -1
		}
	}
}

func (m *outboxModel) restart(r *rapid.T) {
	if rapid.IntRange(0, 3).Draw(r, "seldom") > 0 {
		r.Skip("takes long")
	}
	i := rapid.IntRange(0, 1).Draw(r, "process")
	if err := m.stores[i].Close(); err != nil {
		r.Fatal(err)
	}
	m.start(i)
}

// empty finishes what the run before has left.
func (m *outboxModel) empty() {
	for _, s := range m.stores {
		if err := s.Abandon(m.t.Context()); err != nil {
			m.t.Fatal(err)
		}
	}
	for _, j := range adoptAll(m.t, m.stores[0], 10_000) {
		if err := m.stores[0].Finish(m.t.Context(), record(j.ID, contract.StatusSent), nil); err != nil {
			m.t.Fatal(err)
		}
	}
	clear(m.jobs)
}

// check compares what can be seen from outside.
func (m *outboxModel) check(r *rapid.T) {
	var oldest time.Time
	for id, j := range m.jobs {
		if oldest.IsZero() || j.job.Created.Before(oldest) {
			oldest = j.job.Created
		}
		wantRecord(m.t, m.stores[0], record(id, j.status))
	}
	wantDepth(m.t, m.stores[1], len(m.jobs), oldest)
	if m.t.Failed() {
		r.FailNow()
	}
}

// TestOutboxModel: whatever two processes do, and whenever they end, no job is lost
// and none has two owners.
func TestOutboxModel(t *testing.T) {
	eachOutbox(t, func(t *testing.T, b bed) {
		m := &outboxModel{b: b, t: t, jobs: make(map[string]*jobModel)}
		m.start(0)
		m.start(1)
		rapid.Check(t, func(r *rapid.T) {
			m.empty()
			r.Repeat(map[string]func(*rapid.T){
				"accept": m.accept, "progress": m.progress, "finish": m.finish, "adopt": m.adopt,
				"abandon": m.abandon, "restart": m.restart, "": m.check,
			})
		})
	})
}
