// Command fake is a server under test that misbehaves as told, to see what the
// harness makes of it. It answers notifications without any provider, unless its
// behaviour is one of those in faults.go or cheats.go.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

func main() {
	behaviour := os.Getenv("FAKE_BEHAVIOUR")
	if behaviour == "exit" {
		fmt.Fprintln(os.Stderr, "fake: cannot start: the moon is in the wrong phase")
		os.Exit(7)
	}
	var n atomic.Int64
	f := newFaulty(behaviour)
	q := startQueue(f)
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if behaviour == "unready" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	http.HandleFunc("POST /notify", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || len(body) < 20 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		count := n.Add(1)
		if count > 5 {
			misbehave(behaviour)
		}
		if q != nil {
			q.add(body)
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprintf(w, `{"id":"%d","status":"queued","channels":{"email":{"status":"queued","attempts":0}}}`, count)
			return
		}
		if c := cheats[behaviour]; c != nil {
			fmt.Fprint(w, c(f, count, body))
			return
		}
		f.serve(count, body)
		if timing := f.timing(count); timing != "" {
			w.Header().Set("Server-Timing", timing)
		}
		if behaviour == "lie" {
			fmt.Fprint(w, `{"id":"1","status":"sent","channels":{}}`)
			return
		}
		fmt.Fprintf(w, `{"id":"1%s","status":"sent","channels":{"email":{"status":"sent","attempts":1}}}`, f.padding)
	})
	l, err := f.listen(os.Getenv("HOST") + ":" + os.Getenv("PORT"))
	if err == nil {
		err = http.Serve(l, nil)
	}
	fmt.Fprintln(os.Stderr, "fake:", err)
	os.Exit(1)
}

// misbehave is what goes wrong only under load.
func misbehave(behaviour string) {
	switch behaviour {
	case "die":
		fmt.Fprintln(os.Stderr, "fake: out of patience")
		os.Exit(9)
	case "hang":
		time.Sleep(time.Hour)
	}
}
