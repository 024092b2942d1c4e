// Package store keeps what a notification service has to remember: users,
// notifications, idempotency keys and, where it is durable, the queue of accepted
// notifications (the outbox). One kind is one set of files (memory, SQLite,
// PostgreSQL) and one line in kinds.
//
// The model: a write is one transaction and returns when it is durable. All writes
// of a process go through one committer, which puts into a transaction what has
// come together while the previous one was under way; each write has its own result.
//
// A job of the outbox belongs to one process. Whether that process is gone is told
// by a lock that dies with it, never by a clock. What is accepted is sent at least
// once: a process that was taken for gone learns it by ErrNotOwner.
//
// Limits: times are kept to the nanosecond, from 1678 to 2262. Notifications and dead
// letters in a database are kept for ever, keys as long as their claims say. The byte
// slices passed to a write belong to the store from then on: they must not be changed.
package store

import (
	"context"
	"errors"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

var (
	// ErrNotFound: there is no such user or notification.
	ErrNotFound = errors.New("not found")
	// ErrUnavailable: the database could not be asked, or did not say whether it has
	// written; it wraps what was said. A write that ended so may have been made.
	ErrUnavailable = errors.New("the store is unavailable")
	// ErrNotOwner: another process has adopted the job, or it is done. Nothing was written.
	ErrNotOwner = errors.New("the job belongs to another process")
)

// Record is a notification as GET /notifications/{id} tells it.
type Record struct {
	ID      string
	Status  string
	Body    []byte // contract.Answer as JSON
	Created time.Time
}

// Job is a queued notification that is not done.
type Job struct {
	ID      string
	Payload []byte // opaque
	Created time.Time
	Due     time.Time // of the next attempt
}

// Dead is a channel of a notification that was given up.
type Dead struct {
	ID      string // of the notification
	Channel string
	Reason  string
	Payload []byte
	At      time.Time
}

// Settlement is the reply to keep under an idempotency key.
type Settlement struct {
	Key    string
	Status int
	Body   []byte
}

// Users looks users up.
type Users interface {
	// User returns ErrNotFound or ErrUnavailable.
	User(ctx context.Context, id int64) (contract.User, error)
}

// Notifications keeps what became of notifications.
type Notifications interface {
	// Save adds or replaces a record, and settles a key (nil: none) in the same step.
	Save(ctx context.Context, r Record, s *Settlement) error
	// Load returns ErrNotFound or ErrUnavailable.
	Load(ctx context.Context, id string) (Record, error)
}

// Keys are idempotency keys.
type Keys interface {
	// Claim takes key for a request whose body has this sum. The claim of a request
	// that still runs counts for lease, that of one that is settled for keep, both
	// from the claim on. A lease has to be longer than a request can take.
	Claim(ctx context.Context, key string, sum [32]byte, now time.Time, lease, keep time.Duration) (Claim, error)
	// Settle keeps the reply. The first reply stands; one for a key that is not
	// claimed is dropped.
	Settle(ctx context.Context, s Settlement) error
	// Release gives a key up that is claimed and not settled: the first attempt failed.
	Release(ctx context.Context, key string) error
}

// ClaimState is what Claim found.
type ClaimState int

const (
	Fresh    ClaimState = iota // the key is the caller's now
	Running                    // the first request with it still runs
	Done                       // the first request was settled
	Mismatch                   // the first request had another body
)

// String is the state in a word, for metrics.
func (s ClaimState) String() string {
	return [...]string{"fresh", "running", "done", "mismatch"}[s]
}

// Claim is the answer of Keys.Claim. Status and Body are set when it is Done.
type Claim struct {
	State  ClaimState
	Status int
	Body   []byte
}

// Outbox is the durable queue. Store kinds that have none do not implement it.
type Outbox interface {
	// Accept writes a record and its job, which belongs to this process, and settles
	// a key (nil: none). After ErrUnavailable the job may be there all the same:
	// Adopt will then hand it out.
	Accept(ctx context.Context, r Record, j Job, s *Settlement) error
	// Progress replaces record and job of a job that goes on later.
	Progress(ctx context.Context, r Record, j Job) error
	// Finish replaces the record, removes its job and adds dead letters.
	Finish(ctx context.Context, r Record, dead []Dead) error
	// Adopt takes over up to limit jobs whose owner is gone, oldest first. It is meant
	// to be called at intervals of a second or so.
	Adopt(ctx context.Context, limit int) ([]Job, error)
	// Abandon gives up all jobs of this process: anybody may adopt them at once.
	Abandon(ctx context.Context) error
	// Depth counts the jobs of all processes and says when the oldest was created.
	Depth(ctx context.Context) (jobs int, oldest time.Time, err error)
	// DeadLetters returns up to limit dead letters, newest first.
	DeadLetters(ctx context.Context, limit int) ([]Dead, error)
}

// Store is one kind, opened. Its methods are safe for concurrent use, but none may be
// called once Close was.
type Store interface {
	Users
	Notifications
	Keys
	Stats() Stats
	// Close waits for writes under way. Jobs of this process can be adopted from then on.
	Close() error
}

// Stats counts since Open.
type Stats struct {
	Waits   uint64        // calls that had to wait for a connection
	Waited  time.Duration // by all of them
	InUse   int           // connections now
	Batches uint64        // transactions that wrote
	Writes  uint64        // writes in them
}
