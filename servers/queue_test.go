package servers_test

import (
	"net/http"
	"syscall"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func queueCases() []testCase {
	return []testCase{
		{name: "queued", run: queued},
		{name: "queued with a store", run: queued, keeps: anything},
		{name: "queue full", run: queueFull},
		{name: "queued retry", run: queuedRetry, calls: true},
		{name: "queued failure", run: queuedFailure},
		{name: "queued too long", run: queuedTooLong},
		{name: "queue drains", run: queueDrains},
		{name: "queue in memory is dropped", run: queueDropped},
		{name: "queued key", run: queuedKey, keeps: anything},
	}
}

var inQueue = contract.EnvMode + "=" + contract.ModeQueued

// outcome asks for a notification until nothing of it is pending.
func (p *program) outcome(id string) (a contract.Answer) {
	p.t.Helper()
	p.eventually("done with "+id, func() bool {
		r := p.want(http.StatusOK, http.MethodGet, contract.PathNotifications+id, "")
		a = r.answer
		switch a.Status {
		case contract.StatusQueued, contract.StatusSending, contract.StatusRetrying:
			return false
		}
		return true
	})
	return a
}

// queued answers at once and sends later; the outcome can be asked for.
func queued(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.run(p, unhurried(inQueue)...)
	r := server.notify(http.StatusAccepted, full())
	if r.answer.Status != contract.StatusQueued || len(r.answer.Channels) != 3 {
		t.Errorf("answer %s", r.body)
	}
	if got := r.header.Get("Location"); got != contract.PathNotifications+r.answer.ID {
		t.Errorf("Location is %q", got)
	}
	for channel, c := range r.answer.Channels {
		if c.Status != contract.StatusQueued || c.Attempts != 0 {
			t.Errorf("%s is %+v", channel, c)
		}
	}
	p["email"].wait(1)
	now := server.want(http.StatusOK, http.MethodGet, contract.PathNotifications+r.answer.ID, "")
	if now.answer.Status != contract.StatusSending {
		t.Errorf("while it is sent: %s", now.body)
	}
	close(gate)
	a := server.outcome(r.answer.ID)
	sent := contract.ChannelResult{Status: contract.StatusSent, ProviderID: "p-1", Attempts: 1}
	if a.Status != contract.StatusSent || a.Channels["email"] != sent || a.Channels["push"] != sent {
		t.Errorf("outcome %+v", a)
	}
	server.eventually("with an empty queue", func() bool { return server.metric("notify_queue_depth") == 0 })
	server.notify(http.StatusUnprocessableEntity, contract.Notification{})
}

// queueFull refuses at once what it has no room for, and takes more when it has.
func queueFull(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.run(p, unhurried(inQueue, contract.EnvQueueSize+"=3", contract.EnvQueueWorkers+"=1")...)
	for range 3 {
		server.notify(http.StatusAccepted, full())
	}
	if r := server.notify(http.StatusServiceUnavailable, full()); r.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	if n := server.metric("notify_queue_depth"); n != 3 {
		t.Errorf("depth %v", n)
	}
	close(gate)
	server.eventually("with room again", func() bool { return server.metric("notify_queue_depth") < 3 })
	server.notify(http.StatusAccepted, full())
	p["email"].wait(4)
}

// queuedRetry makes calls again that may succeed, without a worker waiting for them.
func queuedRetry(t subject) {
	p := newProviders(t.T, accept)
	p["sms"] = newFake(t.T, failing(2))
	server := t.run(p, patient(inQueue, contract.EnvQueueWorkers+"=1", contract.EnvRetryBudget+"=1")...)
	a := server.outcome(server.notify(http.StatusAccepted, full()).answer.ID)
	if a.Status != contract.StatusSent || a.Channels["sms"].Attempts != 3 || a.Channels["email"].Attempts != 1 {
		t.Errorf("outcome %+v", a)
	}
	if n := server.metric(`notify_dead_letters_total`); n != 0 {
		t.Errorf("%v dead letters for a blip", n)
	}
}

// queuedFailure ends as a dead letter when there is no use in trying.
func queuedFailure(t subject) {
	p := newProviders(t.T, accept)
	p["sms"] = newFake(t.T, status(http.StatusServiceUnavailable))
	p["push"] = newFake(t.T, status(http.StatusBadRequest))
	server := t.run(p, patient(inQueue, contract.EnvRetryBudget+"=1")...)
	a := server.outcome(server.notify(http.StatusAccepted, full()).answer.ID)
	if a.Status != contract.StatusPartial || a.Channels["sms"].Attempts != 3 || a.Channels["push"].Attempts != 1 {
		t.Errorf("outcome %+v", a)
	}
	for _, channel := range []string{"sms", "push"} {
		server.eventually("with a dead letter", func() bool {
			return server.metric(`notify_dead_letters_total{provider="`+channel+`"}`) == 1
		})
	}
}

// queuedTooLong is not sent any more.
func queuedTooLong(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	const expiry = 2 * time.Second // the first is taken up sooner, on any machine
	server := t.run(p, unhurried(inQueue, contract.EnvQueueWorkers+"=1", contract.EnvExpiry+"="+expiry.String())...)
	server.notify(http.StatusAccepted, full())
	p["email"].wait(1)
	late := server.notify(http.StatusAccepted, full()).answer.ID
	taken := time.Now()
	server.eventually("too late", func() bool {
		return time.Since(taken) > expiry && server.metric("notify_queue_age_seconds") > expiry.Seconds()
	})
	close(gate)
	if a := server.outcome(late); a.Status != contract.StatusExpired || a.Channels["email"].Attempts != 0 {
		t.Errorf("outcome %+v", a)
	}
	if n := len(p["email"].seen()); n != 1 {
		t.Errorf("%d emails", n)
	}
}

// queueDrains finishes on SIGTERM what was accepted, and says so.
func queueDrains(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.run(p, unhurried(inQueue, contract.EnvQueueWorkers+"=2")...)
	for range 10 {
		server.notify(http.StatusAccepted, full())
	}
	server.signal(syscall.SIGTERM)
	server.eventually("closed", func() bool { return !server.listening() })
	close(gate)
	if code := server.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if drained, persisted, dropped := server.drained(); drained != 10 || persisted != 0 || dropped != 0 {
		t.Errorf("drained %d, persisted %d, dropped %d", drained, persisted, dropped)
	}
	if n := len(p["push"].seen()); n != 10 {
		t.Errorf("%d sent", n)
	}
}

// queueDropped says what is lost when there is no time for it and nowhere to keep it.
func queueDropped(t subject) {
	p := newProviders(t.T, hang)
	server := t.run(p, inQueue, contract.EnvQueueWorkers+"=2", contract.EnvDrain+"=100ms", contract.EnvCallTimeout+"=10m", contract.EnvDeadline+"=10m")
	for range 5 {
		server.notify(http.StatusAccepted, full())
	}
	p["email"].wait(2)
	server.signal(syscall.SIGTERM)
	server.exit()
	if drained, persisted, dropped := server.drained(); drained != 0 || persisted != 0 || dropped != 5 {
		t.Errorf("drained %d, persisted %d, dropped %d", drained, persisted, dropped)
	}
}

func queuedKey(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p, inQueue)
	body := encode(full())
	first := server.keyed(http.StatusAccepted, "key", body)
	again := server.keyed(http.StatusAccepted, "key", body)
	if first.body != again.body || again.header.Get(contract.HeaderReplayed) != "true" {
		t.Errorf("first %s, then %s", first.body, again.body)
	}
	server.outcome(first.answer.ID)
	if n := len(p["email"].seen()); n != 1 {
		t.Errorf("%d emails", n)
	}
}
