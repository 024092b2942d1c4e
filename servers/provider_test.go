package servers_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func providerCases() []testCase {
	return []testCase{
		{name: "provider error", run: providerError, calls: true},
		{name: "provider gone", run: providerGone, calls: true},
		{name: "provider timeout", run: providerTimeout, calls: true},
		{name: "deadline", run: deadline, calls: true},
		{name: "partial failure", run: partialFailure, calls: true},
		{name: "partial timeout", run: partialTimeout, calls: true},
		{name: "redirect not followed", run: redirectNotFollowed, calls: true},
		{name: "long reply", run: longReply, calls: true},
		{name: "connections reused", run: connectionsReused, calls: true},
		{name: "client per request", run: clientPerRequest, calls: true},
		{name: "fan-out", run: fanOut, calls: true},
		{name: "backlog full", run: backlogFull, only: "pool"},
		{name: "client gone", run: clientGone, only: "pool"},
	}
}

// wantChannels wants these statuses and as many attempts.
func wantChannels(t *testing.T, r reply, roll string, attempts int, want map[string]string) {
	t.Helper()
	if r.answer.Status != roll || len(r.answer.Channels) != len(want) {
		t.Errorf("answer %s, want status %s and channels %v", r.body, roll, want)
	}
	for channel, status := range want {
		got := r.answer.Channels[channel]
		if got.Status != status || got.Attempts > attempts || (status != contract.StatusSent) != (got.Error != "") {
			t.Errorf("%s is %+v, want %s", channel, got, status)
		}
	}
}

func all(status string) map[string]string {
	return map[string]string{"email": status, "sms": status, "push": status}
}

func providerError(t subject) {
	p := newProviders(t.T, status(http.StatusServiceUnavailable))
	r := t.run(p).notify(http.StatusBadGateway, full())
	wantChannels(t.T, r, contract.StatusFailed, 1, all(contract.StatusFailed))
	for channel, f := range p {
		if n := len(f.seen()); n != 1 {
			t.Errorf("%s was called %d times", channel, n)
		}
	}
}

func providerGone(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	for _, f := range p {
		f.Close()
	}
	r := server.notify(http.StatusBadGateway, full())
	wantChannels(t.T, r, contract.StatusFailed, 1, all(contract.StatusFailed))
}

func providerTimeout(t subject) {
	p := newProviders(t.T, hang)
	r := t.run(p, contract.EnvCallTimeout+"=2s").notify(http.StatusGatewayTimeout, full())
	wantChannels(t.T, r, contract.StatusUnknown, 1, all(contract.StatusUnknown))
	for channel, f := range p {
		if n := len(f.seen()); n != 1 {
			t.Errorf("%s was called %d times", channel, n)
		}
	}
}

// deadline leaves no time for the second and third call of a sequence.
func deadline(t subject) {
	p := newProviders(t.T, hang)
	server := t.run(p, contract.EnvDeadline+"=2s", contract.EnvFanout+"="+contract.FanoutSequential)
	r := server.notify(http.StatusGatewayTimeout, full())
	wantChannels(t.T, r, contract.StatusUnknown, 1, map[string]string{
		"email": contract.StatusUnknown, "sms": contract.StatusFailed, "push": contract.StatusFailed,
	})
	if n := len(p["sms"].seen()); n != 0 || r.answer.Channels["sms"].Attempts != 0 {
		t.Errorf("sms was called %d times after the deadline: %s", n, r.body)
	}
}

func partialFailure(t subject) {
	p := newProviders(t.T, accept)
	p["sms"] = newFake(t.T, status(http.StatusInternalServerError))
	for _, fanout := range []string{contract.FanoutSequential, contract.FanoutConcurrent} {
		r := t.run(p, contract.EnvFanout+"="+fanout).notify(http.StatusMultiStatus, full())
		want := all(contract.StatusSent)
		want["sms"] = contract.StatusFailed
		wantChannels(t.T, r, contract.StatusPartial, 1, want)
	}
}

func partialTimeout(t subject) {
	p := newProviders(t.T, accept)
	p["email"] = newFake(t.T, hang)
	r := t.run(p, contract.EnvCallTimeout+"=2s").notify(http.StatusMultiStatus, full())
	want := all(contract.StatusSent)
	want["email"] = contract.StatusUnknown
	wantChannels(t.T, r, contract.StatusPartial, 1, want)
}

func redirectNotFollowed(t subject) {
	p := newProviders(t.T, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	r := t.run(p).notify(http.StatusBadGateway, full())
	wantChannels(t.T, r, contract.StatusFailed, 1, all(contract.StatusFailed))
	for channel, f := range p {
		if n := len(f.seen()); n != 1 {
			t.Errorf("%s was called %d times", channel, n)
		}
	}
}

// longReply is accepted, but not kept.
func longReply(t subject) {
	p := newProviders(t.T, func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`{"id":"` + strings.Repeat("x", 100<<10) + `"}`))
	})
	r := t.run(p).notify(http.StatusOK, full())
	wantChannels(t.T, r, contract.StatusSent, 1, all(contract.StatusSent))
}

// connectionsReused allows one more: net/http gives up a connection of which it learns
// late that its request was written.
func connectionsReused(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	for range 20 {
		server.notify(http.StatusOK, full())
	}
	for channel, f := range p {
		if n := f.connections(); n < 1 || n > 2 {
			t.Errorf("%s: 20 calls took %d connections, want 1, at most 2", channel, n)
		}
	}
}

func clientPerRequest(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p, contract.EnvSession+"="+contract.SessionPerRequest)
	for range 20 {
		server.notify(http.StatusOK, full())
	}
	for channel, f := range p {
		if n := f.connections(); n != 20 {
			t.Errorf("%s: 20 calls took %d connections, want 20", channel, n)
		}
	}
}

// fanOut has one provider for all channels, so that it sees how many calls of a
// request run at once.
func fanOut(t subject) {
	open := make(chan struct{})
	close(open)
	one := newFake(t.T, heldUntil(open))
	sequential := t.run(shared(one), contract.EnvFanout+"="+contract.FanoutSequential)
	for range 10 {
		sequential.notify(http.StatusOK, full())
	}
	if one.most() != 1 {
		t.Errorf("sequential: %d calls at once", one.most())
	}

	gate := make(chan struct{})
	one = newFake(t.T, heldUntil(gate))
	go func() { one.wait(3); close(gate) }()
	concurrent := t.run(shared(one), contract.EnvFanout+"="+contract.FanoutConcurrent)
	concurrent.notify(http.StatusOK, full()) // with fewer than three at once the gate stays shut
}

func shared(f *fake) providers { return providers{"email": f, "sms": f, "push": f} }

// backlogFull fills the workers and the backlog: one more is refused at once.
func backlogFull(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.run(p, unhurried(contract.EnvWorkers+"=2", contract.EnvBacklog+"=3")...)
	replies := flood(server, 6)
	refused := <-replies
	if refused.status != http.StatusServiceUnavailable || refused.header.Get("Retry-After") != "1" {
		t.Errorf("got %d %v %s, want 503 with Retry-After", refused.status, refused.header, refused.body)
	}
	close(gate)
	for range 5 {
		if r := <-replies; r.status != http.StatusOK {
			t.Errorf("got %d %s, want 200", r.status, r.body)
		}
	}
	if n := len(p["email"].seen()); n != 5 {
		t.Errorf("%d notifications were sent, want 5", n)
	}
}

// flood sends n notifications at once; each reply comes as it arrives, one with
// status 0 and the error as its body where none does.
func flood(server *program, n int) <-chan reply {
	replies := make(chan reply, n)
	for range n {
		go func() {
			r, err := server.do(http.MethodPost, contract.PathNotify, encode(full()))
			if err != nil {
				r = reply{body: err.Error()}
			}
			replies <- r
		}()
	}
	return replies
}

// clientGone has a client hang up while its request waits: nothing is sent for it.
func clientGone(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.run(p, unhurried(contract.EnvWorkers+"=1", contract.EnvBacklog+"=1")...)
	first := flood(server, 1)
	p["email"].wait(1)
	probe := &program{t: t.T, addr: server.addr, client: &http.Client{Timeout: time.Second}}
	var hangUps []func() error
	server.eventually("full", func() bool {
		hangUps = append(hangUps, halfRequest(t.T, server.addr))
		r, err := probe.do(http.MethodPost, contract.PathNotify, "{}")
		// Or the probe was there first, and the other was refused; or it was refused too late.
		return err == nil && r.status == http.StatusServiceUnavailable
	})
	for _, hangUp := range hangUps { // whichever of them waits
		if err := hangUp(); err != nil {
			t.Fatal(err)
		}
	}
	server.eventually("with room again", func() bool {
		refused := server.metric(`notify_shed_total{reason="backlog"}`)
		// With room for it the probe waits in the backlog until it gives up. One that is
		// refused too late gives up as well, but is counted.
		_, err := probe.do(http.MethodPost, contract.PathNotify, "{}")
		return err != nil && server.metric(`notify_shed_total{reason="backlog"}`) == refused
	})
	close(gate)
	if r := <-first; r.status != http.StatusOK {
		t.Errorf("got %d %s", r.status, r.body)
	}
	server.notify(http.StatusOK, full())
	if n := len(p["email"].seen()); n != 2 {
		t.Errorf("%d notifications were sent, want 2: not the one whose client has gone", n)
	}
}

// halfRequest sends a notification and returns how to hang up on it.
func halfRequest(t *testing.T, addr string) (hangUp func() error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	body := encode(full())
	fmt.Fprintf(conn, "POST /notify HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	return conn.Close
}
