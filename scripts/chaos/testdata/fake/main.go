// Command fake is as little of a notification service as the chaos run can be tried on:
// a parent that replaces its one child, and a child that keeps what it knows in a file.
// FAKE=loses makes it forget one notification in ten that it has accepted, FAKE=lies say
// of one in ten that it was sent.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	if os.Getenv("FAKE_CHILD") == "" {
		keepChild(stop)
		return
	}
	serve(stop)
}

// keepChild replaces the child until it is told to stop.
func keepChild(stop <-chan os.Signal) {
	for {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "FAKE_CHILD=1")
		cmd.Stderr = os.Stderr
		check(cmd.Start())
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-stop:
			cmd.Process.Signal(syscall.SIGTERM)
			<-ended
			return
		case <-ended:
		}
	}
}

type service struct {
	mu    sync.Mutex
	file  *os.File
	known map[string]contract.Answer
	depth int
	work  sync.WaitGroup
	done  int
}

// line is what the file keeps.
type line struct {
	K      uint64
	Answer contract.Answer
}

func serve(stop <-chan os.Signal) {
	s := &service{known: map[string]contract.Answer{}}
	path := filepath.Join(os.Getenv(contract.EnvData), "fake.ndjson")
	last := map[string]line{}
	if old, err := os.Open(path); err == nil {
		for lines := bufio.NewScanner(old); lines.Scan(); {
			var l line
			if json.Unmarshal(lines.Bytes(), &l) == nil { // the last may be cut off
				last[l.Answer.ID], s.known[l.Answer.ID] = l, l.Answer
			}
		}
		old.Close()
	}
	var err error
	s.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	check(err)
	for _, l := range last {
		if l.Answer.Status == contract.StatusQueued {
			s.queue(l)
		}
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(os.Getenv(contract.EnvHost), os.Getenv(contract.EnvPort)))
	check(err)
	http.HandleFunc(contract.PathHealth, func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc(contract.PathNotify, s.notify)
	http.HandleFunc(contract.PathNotifications, s.get)
	http.HandleFunc(contract.PathMetrics, s.metrics)
	srv := &http.Server{}
	go srv.Serve(ln)
	<-stop
	// Connections that nothing was ever sent on would be waited for.
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	srv.Shutdown(ctx)
	s.work.Wait()
	fmt.Fprintf(os.Stderr, "level=INFO msg=drained drained=%d persisted=0 dropped=0\n", s.done)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bad is one in ten.
func bad(k uint64, what string) bool { return os.Getenv("FAKE") == what && k%10 == 3 }

func (s *service) keep(l line) {
	text, err := json.Marshal(l)
	check(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[l.Answer.ID] = l.Answer
	_, err = s.file.Write(append(text, '\n'))
	check(err)
}

func (s *service) notify(w http.ResponseWriter, r *http.Request) {
	var n contract.Notification
	if json.NewDecoder(r.Body).Decode(&n) != nil {
		http.Error(w, `{"error":"no JSON"}`, http.StatusBadRequest)
		return
	}
	k, _ := contract.ParseTag(n.Subject)
	id := r.Header.Get(contract.HeaderIdempotencyKey)
	w.Header().Set(contract.HeaderTiming, fmt.Sprintf("process;desc=%q", fmt.Sprint(os.Getpid())))
	s.mu.Lock()
	answer, again := s.known[id]
	s.mu.Unlock()
	l := line{k, contract.Answer{ID: id, Status: contract.StatusQueued, Channels: map[string]contract.ChannelResult{}}}
	switch {
	case again:
	case os.Getenv(contract.EnvMode) == contract.ModeSync:
		s.send(&l)
		s.keep(l)
		answer = l.Answer
	default:
		answer = l.Answer
		if os.Getenv(contract.EnvQueue) == contract.QueueDurable {
			s.keep(l)
		}
		s.queue(l)
	}
	if answer.Status == contract.StatusQueued {
		w.WriteHeader(http.StatusAccepted)
	}
	json.NewEncoder(w).Encode(answer)
}

func (s *service) queue(l line) {
	s.mu.Lock()
	s.depth++
	s.mu.Unlock()
	s.work.Go(func() {
		if !bad(l.K, "loses") {
			l.Answer.Channels = map[string]contract.ChannelResult{}
			s.send(&l)
			s.keep(l)
		}
		s.mu.Lock()
		s.depth, s.done = s.depth-1, s.done+1
		s.mu.Unlock()
	})
}

// send calls each provider once.
func (s *service) send(l *line) {
	urls := map[string]string{contract.Email: contract.EnvEmailURL, contract.SMS: contract.EnvSMSURL, contract.Push: contract.EnvPushURL}
	client := &http.Client{Timeout: time.Second}
	l.Answer.Status = contract.StatusSent
	for _, channel := range contract.Channels() {
		status := contract.StatusSent
		if !bad(l.K, "lies") {
			text := contract.Tag("x", l.K)
			body, _ := json.Marshal(contract.PlainCall{To: "someone", Subject: text})
			resp, err := client.Post(os.Getenv(urls[channel])+"/send", "application/json", bytes.NewReader(body))
			switch {
			case err != nil:
				status = contract.StatusUnknown
			case resp.StatusCode/100 != 2:
				status = contract.StatusFailed
			}
			if err == nil {
				resp.Body.Close()
			}
		}
		l.Answer.Channels[channel] = contract.ChannelResult{Status: status, Attempts: 1}
	}
}

func (s *service) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	answer, ok := s.known[strings.TrimPrefix(r.URL.Path, contract.PathNotifications)]
	s.mu.Unlock()
	if !ok {
		http.Error(w, `{"error":"not found"}`, http.StatusNotFound)
		return
	}
	json.NewEncoder(w).Encode(answer)
}

func (s *service) metrics(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(w, "# TYPE notify_queue_depth gauge\nnotify_queue_depth{queue=\"x\"} %d\n", s.depth)
}
