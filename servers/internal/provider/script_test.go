package provider

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// script is a client that does as it is told, in the time it is told.
type script func(channel int, deadline time.Time) (answer, error)

func (s script) post(channel int, _ []byte, deadline time.Time, a *answer) (err error) {
	*a, err = s(channel, deadline)
	return err
}

func (s script) close() {}

// scripted is a caller with a script for a client and waits that can be repeated.
func scripted(t interface{ Fatal(...any) }, cfg Config, o Observer, s script) *Caller {
	cfg.Draws = rand.NewPCG(1, 2)
	c, err := New(cfg, o, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	c.client.close()
	c.client = s
	return c
}

// after has a call end in some time, or at its deadline without an answer.
func after(d time.Duration, deadline time.Time, a answer, err error) (answer, error) {
	if left := time.Until(deadline); left <= d {
		time.Sleep(left)
		return answer{}, &callError{err: errTooLate, timeout: true, written: true}
	}
	time.Sleep(d)
	return a, err
}

var (
	errTooLate = errors.New("scripted")
	refused    = &callError{err: errTooLate}                // no connection
	broken     = &callError{err: errTooLate, written: true} // one that broke
	tooLate    = &callError{err: errTooLate, timeout: true, written: true}
)

// recorder is an Observer that counts.
type recorder struct {
	mu       sync.Mutex
	classes  map[Class]int
	waits    []time.Duration
	budget   int
	breaker  []string
	inFlight int
	peak     int
}

var _ Observer = (*recorder)(nil)

func (r *recorder) Attempted(_ int, c Class, _ time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.classes == nil {
		r.classes = map[Class]int{}
	}
	r.classes[c]++
}

func (r *recorder) Retrying(_ int, wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waits = append(r.waits, wait)
}

func (r *recorder) BudgetExhausted(int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.budget++
}

func (r *recorder) BreakerChanged(_ int, state string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.breaker = append(r.breaker, state)
}

func (r *recorder) InFlight(_, delta int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight += delta
	r.peak = max(r.peak, r.inFlight)
}

// changes are the states that a breaker went through.
func (r *recorder) changes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.breaker...)
}
