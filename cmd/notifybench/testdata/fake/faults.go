package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// faulty is a server that calls its provider and has a fault of measurement: each
// is there to make one check fire.
type faulty struct {
	behaviour string
	client    http.Client
	frozen    sync.RWMutex // held while everything stands still
	padding   string       // of the answer
	held      []*os.File
	ballast   []byte
}

// Where the faults lie: clear of warm-up and of each other's limits.
const (
	freezeAt   = 150 // request
	freezeFor  = 200 * time.Millisecond
	deafFor    = 500 * time.Millisecond
	slowerBy   = 80 * time.Microsecond // from one request to the next
	fewFiles   = 64
	heldFiles  = 52
	longAnswer = 60 << 10
	fat        = 64 << 20
)

func newFaulty(behaviour string) *faulty {
	f := &faulty{behaviour: behaviour}
	f.client.Transport = &http.Transport{MaxIdleConnsPerHost: 100}
	switch behaviour {
	case "verbose":
		f.padding = strings.Repeat("x", longAnswer)
	case "fat":
		f.ballast = bytes.Repeat([]byte("x"), fat)
	case "hoard":
		limit := syscall.Rlimit{Cur: fewFiles, Max: fewFiles}
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			fmt.Fprintln(os.Stderr, "fake:", err)
		}
		for range heldFiles {
			if null, err := os.Open(os.DevNull); err == nil {
				f.held = append(f.held, null)
			}
		}
	}
	return f
}

// serve does what comes before the answer to the n-th request.
func (f *faulty) serve(n int64, body []byte) {
	switch f.behaviour {
	case "honest", "hoard", "fat", "uneven":
		f.call(body)
	case "anonymous": // does not pass on what ends the subject
		f.call(bytes.ReplaceAll(body, []byte(" #"), []byte(" ")))
	case "early":
		go f.call(body)
	case "twice":
		f.call(body)
		f.call(body)
	case "slower":
		f.call(body)
		time.Sleep(time.Duration(n) * slowerBy)
	case "freeze", "deaf":
		if n == freezeAt {
			f.frozen.Lock()
			time.Sleep(f.pause())
			f.frozen.Unlock()
		}
		f.frozen.RLock()
		f.frozen.RUnlock()
		f.call(body)
	}
}

// call sends an email with the subject of the notification, by which it is known.
func (f *faulty) call(body []byte) {
	f.send("EMAIL_URL", fmt.Sprintf(`{"to":"a@example.org","subject":"%s"}`, field(body, "subject")))
}

// send posts to the provider whose address is in a variable.
func (f *faulty) send(variable, call string) {
	resp, err := f.client.Post(os.Getenv(variable)+"/send", "application/json", strings.NewReader(call))
	if err != nil {
		fmt.Fprintln(os.Stderr, "fake:", err)
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
}

// field is a text of the notification.
func field(body []byte, name string) []byte {
	_, text, _ := bytes.Cut(body, []byte(`"`+name+`":"`))
	text, _, _ = bytes.Cut(text, []byte(`"`))
	return text
}

// listen listens; a deaf server has room for one in its accept queue, and accepts
// nothing while it is frozen.
func (f *faulty) listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil || f.behaviour != "deaf" {
		return l, err
	}
	raw, err := l.(*net.TCPListener).SyscallConn()
	if err != nil {
		return nil, err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = syscall.Listen(int(fd), 1) })
	if err == nil {
		err = failed
	}
	return deaf{l, f}, err
}

type deaf struct {
	net.Listener
	f *faulty
}

// Accept implements net.Listener.
func (d deaf) Accept() (net.Conn, error) {
	d.f.frozen.RLock()
	d.f.frozen.RUnlock()
	return d.Listener.Accept()
}

// pause is how long the server stands still: to fill an accept queue takes longer.
func (f *faulty) pause() time.Duration {
	if f.behaviour == "deaf" {
		return deafFor
	}
	return freezeFor
}

// timing names the process that answers: of two that share unevenly one in ten.
func (f *faulty) timing(n int64) string {
	if f.behaviour != "uneven" {
		return ""
	}
	if n%10 == 0 {
		return `process;desc="2"`
	}
	return `process;desc="1"`
}
