package servers_test

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func guardCases() []testCase {
	return []testCase{
		{name: "breaker", run: breaker, calls: true},
		{name: "bulkhead", run: bulkhead, calls: true},
		{name: "rate limit", run: rateLimit, calls: true},
		{name: "admission", run: admission},
		{name: "redirect to another host", run: redirectElsewhere, calls: true},
	}
}

// breaker opens when a provider fails for good, lets nothing pass meanwhile, and
// recovers when the provider does.
func breaker(t subject) {
	var well atomic.Bool
	p := newProviders(t.T, func(w http.ResponseWriter, r *http.Request) {
		if well.Load() {
			accept(w, r)
			return
		}
		w.WriteHeader(http.StatusInternalServerError)
	})
	server := t.run(p, contract.EnvBreaker+"="+contract.On, contract.EnvBreakerOpen+"=1s")
	body := encode(full("email"))
	send := func() reply {
		r, err := server.do(http.MethodPost, contract.PathNotify, body)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	server.eventually("open", func() bool {
		send()
		return server.metric(`notify_breaker_state{provider="email"}`) == 2
	})
	calls := len(p["email"].seen())
	if r := send(); r.answer.Channels["email"].Attempts != 0 || r.answer.Channels["email"].Status != contract.StatusFailed {
		// The time for which it is open may have passed just now.
		if len(p["email"].seen()) == calls {
			t.Errorf("open: %s", r.body)
		}
	}
	well.Store(true)
	server.eventually("closed again", func() bool {
		send()
		return server.metric(`notify_breaker_state{provider="email"}`) == 0
	})
	server.notify(http.StatusOK, full("email"))
}

// bulkhead has more notifications than a provider may have at once.
func bulkhead(t subject) {
	p := newProviders(t.T, accept)
	gate := make(chan struct{})
	p["email"] = newFake(t.T, heldUntil(gate))
	server := t.run(p, unhurried(contract.EnvBulkhead+"=3", contract.EnvWorkers+"=20")...)
	replies := flood(server, 20)
	p["sms"].wait(20)
	p["email"].wait(3)
	close(gate)
	for range 20 {
		if r := <-replies; r.status != http.StatusOK {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if n := p["email"].most(); n != 3 {
		t.Errorf("%d emails at once", n)
	}
	// Nobody waits for a place beyond the deadline.
	hanging := newProviders(t.T, hang)
	server = t.run(hanging, contract.EnvBulkhead+"=1", contract.EnvCallTimeout+"=10s", contract.EnvDeadline+"=2s", contract.EnvWorkers+"=4")
	replies = flood(server, 4)
	turnedAway := 0
	for range 4 {
		r := <-replies
		if r.status != http.StatusGatewayTimeout {
			t.Errorf("%d %s", r.status, r.body)
		}
		if r.answer.Channels["email"].Attempts == 0 {
			turnedAway++
		}
	}
	if turnedAway == 0 {
		t.Error("four calls at once, and each of them was made")
	}
}

// rateLimit lets a call wait for its turn, and gives it up where that comes too late:
// of twelve at once the turn of the last comes after eleven seconds.
func rateLimit(t subject) {
	p := newProviders(t.T, accept)
	begin := time.Now()
	server := t.run(p, contract.EnvRateLimit+"=1", contract.EnvDeadline+"=2s", contract.EnvWorkers+"=12")
	server.notify(http.StatusOK, full("email"))
	replies := flood(server, 12)
	turnedAway := 0
	for range 12 {
		r := <-replies
		if got := r.answer.Channels["email"]; got.Attempts == 0 {
			turnedAway++
			if got.Status != contract.StatusFailed {
				t.Errorf("answer %s", r.body)
			}
		}
	}
	if turnedAway == 0 {
		t.Error("nobody's turn comes too late")
	}
	if n, took := len(p["email"].seen()), time.Since(begin); float64(n) > 1+took.Seconds() {
		t.Errorf("%d calls within %s at 1/s", n, took)
	}
}

// admission refuses what is too much before it does anything for it.
func admission(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.run(p, unhurried(contract.EnvMaxInFlight+"=2", contract.EnvWorkers+"=8")...)
	replies := flood(server, 2)
	p["email"].wait(2)
	r := server.notify(http.StatusServiceUnavailable, full())
	if r.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	if n := server.metric(`notify_shed_total{reason="in_flight"}`); n != 1 {
		t.Errorf("%v requests shed", n)
	}
	close(gate)
	for range 2 {
		if r := <-replies; r.status != http.StatusOK {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
}

// redirectElsewhere does not take the notification to where a provider points.
func redirectElsewhere(t subject) {
	elsewhere := newFake(t.T, accept)
	p := newProviders(t.T, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/send", http.StatusPermanentRedirect)
	})
	r := t.run(p, patient()...).notify(http.StatusBadGateway, full())
	wantChannels(t.T, r, contract.StatusFailed, 1, all(contract.StatusFailed))
	if n := len(elsewhere.seen()); n != 0 {
		t.Errorf("%d calls to another host", n)
	}
}
