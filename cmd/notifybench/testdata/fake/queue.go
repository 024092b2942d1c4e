package main

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// queue accepts notifications and sends them one after the other. Told to stop it
// does what its behaviour says: "queue" sends the rest, "persist" leaves the rest to
// its next life, "forget" drops it. So that there is a rest however long it takes to be
// told, only the first few are sent before, but for a next life.
type queue struct {
	f       *faulty
	mu      sync.Mutex
	waiting [][]byte
	since   []time.Time // when each of them was accepted
	ending  bool
	allowed int // to be sent before it is told to stop
}

// few is how many are sent so that there is a rest.
const few = 10

// leftFile is where the notifications lie that are left to the next life, a line each.
func leftFile() string { return filepath.Join(os.Getenv("NOTIFY_DATA"), "left") }

// startQueue starts the queue of a behaviour that has one; nil of another.
func startQueue(f *faulty) *queue {
	switch f.behaviour {
	case "queue", "persist", "forget":
	default:
		return nil
	}
	q := &queue{f: f, allowed: few}
	if left, err := os.ReadFile(leftFile()); err == nil {
		q.allowed = math.MaxInt
		for line := range bytes.Lines(left) {
			q.add(line)
		}
	}
	http.HandleFunc("GET /metrics", q.metrics)
	sent := make(chan int)
	go q.send(sent)
	go q.obey(sent)
	return q
}

func (q *queue) add(body []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting, q.since = append(q.waiting, body), append(q.since, time.Now())
}

// first is the one to be sent next; it stays in the queue until it is done.
func (q *queue) first() (body []byte, ending bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		body = q.waiting[0]
	}
	return body, q.ending
}

func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting, q.since = q.waiting[1:], q.since[1:]
}

// send sends until it is told to stop, and says how many it has sent since then.
func (q *queue) send(sent chan<- int) {
	late := 0
	for n := 0; ; {
		body, ending := q.first()
		if n >= q.allowed && !ending {
			body = nil
		}
		switch {
		case ending && (body == nil || q.f.behaviour != "queue"):
			sent <- late
			return
		case body == nil:
			time.Sleep(time.Millisecond)
			continue
		case ending:
			late++
		}
		q.f.call(body)
		q.done()
		n++
	}
}

// obey ends the process as its behaviour says.
func (q *queue) obey(sent <-chan int) {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	<-told
	q.mu.Lock()
	q.ending = true
	q.mu.Unlock()
	drained, persisted := <-sent, 0
	if q.f.behaviour == "persist" {
		persisted = len(q.waiting)
		left := append(bytes.Join(q.waiting, []byte("\n")), '\n')
		if err := os.WriteFile(leftFile(), bytes.TrimLeft(left, "\n"), 0o600); err != nil {
			fmt.Fprintln(os.Stderr, "fake:", err)
		}
	}
	fmt.Fprintf(os.Stderr, "time=now level=INFO msg=drained drained=%d persisted=%d dropped=%d\n", drained, persisted, len(q.waiting)-persisted)
	os.Exit(0)
}

func (q *queue) metrics(w http.ResponseWriter, _ *http.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	age := 0.0
	if len(q.since) > 0 {
		age = time.Since(q.since[0]).Seconds()
	}
	fmt.Fprintf(w, "# TYPE notify_queue_depth gauge\nnotify_queue_depth %d\nnotify_queue_age_seconds %g\n", len(q.waiting), age)
}
