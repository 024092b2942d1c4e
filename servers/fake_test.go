package servers_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

// fake is one provider: it records every call and answers as it is told.
type fake struct {
	*httptest.Server
	t *testing.T

	mu       sync.Mutex
	calls    []contract.PlainCall
	requests []string // method and path
	inFlight int
	peak     int
	conns    int
}

// reaction is what a provider does with a call after recording it.
type reaction func(w http.ResponseWriter, r *http.Request)

func accept(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"id":"p-1"}`)
}

func status(code int) reaction {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// hang never answers; the call ends when its caller gives up.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// heldUntil accepts when the gate opens.
func heldUntil(gate <-chan struct{}) reaction {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-gate:
			accept(w, r)
		case <-r.Context().Done():
		}
	}
}

func newFake(t *testing.T, react reaction) *fake {
	f := &fake{t: t}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		f.enter(r, body)
		defer f.leave()
		react(w, r)
	}))
	f.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.conns++
		}
	}
	f.Start()
	t.Cleanup(f.CloseClientConnections)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) enter(r *http.Request, body []byte) {
	var call contract.PlainCall
	if err := json.Unmarshal(body, &call); err != nil {
		call.To = "malformed: " + string(body)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call)
	f.requests = append(f.requests, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type"))
	f.inFlight++
	f.peak = max(f.peak, f.inFlight)
}

func (f *fake) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inFlight--
}

// wait returns once n calls have been received.
func (f *fake) wait(n int) {
	for begin := time.Now(); len(f.seen()) < n; time.Sleep(time.Millisecond) {
		if time.Since(begin) > patience {
			f.t.Errorf("%d calls received after %s, want %d", len(f.seen()), patience, n)
			return
		}
	}
}

// seen is what was received so far.
func (f *fake) seen() []contract.PlainCall {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]contract.PlainCall(nil), f.calls...)
}

// most is how many calls it had at once, at most.
func (f *fake) most() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.peak
}

func (f *fake) connections() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conns
}

// providers is a fake for each channel.
type providers map[string]*fake

func newProviders(t *testing.T, react reaction) providers {
	p := providers{}
	for _, c := range contract.Channels() {
		p[c] = newFake(t, react)
	}
	return p
}

// env is the variables that point a server at them.
func (p providers) env() []string {
	names := map[string]string{
		contract.Email: contract.EnvEmailURL, contract.SMS: contract.EnvSMSURL, contract.Push: contract.EnvPushURL,
	}
	var env []string
	for channel, f := range p {
		env = append(env, names[channel]+"="+f.URL)
	}
	return env
}

// failing answers 500 to the first n calls and accepts the others.
func failing(n int64) reaction { return first(n, status(http.StatusInternalServerError)) }

// first treats the first n calls in a way of their own and accepts the others.
func first(n int64, special reaction) reaction {
	var calls atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) <= n {
			special(w, r)
			return
		}
		accept(w, r)
	}
}
