package servers_test

import (
	"net/http"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
)

func retryCases() []testCase {
	return []testCase{
		{name: "retry", run: retries, calls: true},
		{name: "retry at the provider's word", run: retryAfter, calls: true},
		{name: "no retry of a permanent error", run: permanentError, calls: true},
		{name: "no retry of what may have been sent", run: ambiguous, calls: true},
		{name: "no retry beyond the deadline", run: retryDeadline, calls: true},
		{name: "retry budget", run: retryBudget, calls: true},
	}
}

// patient is three attempts with waits so short that no test is long.
func patient(more ...string) []string {
	return append([]string{contract.EnvAttempts + "=3", contract.EnvBackoff + "=5ms"}, more...)
}

func retries(t subject) {
	p := newProviders(t.T, accept)
	p["sms"] = newFake(t.T, failing(2))
	p["push"] = newFake(t.T, status(http.StatusServiceUnavailable))
	r := t.run(p, patient(contract.EnvRetryBudget+"=1")...).notify(http.StatusMultiStatus, full())
	want := map[string]int{"email": 1, "sms": 3, "push": 3}
	wantChannels(t.T, r, contract.StatusPartial, 3, map[string]string{
		"email": contract.StatusSent, "sms": contract.StatusSent, "push": contract.StatusFailed,
	})
	for channel, n := range want {
		if got := r.answer.Channels[channel].Attempts; got != n || len(p[channel].seen()) != n {
			t.Errorf("%s: %d attempts reported, %d seen, want %d", channel, got, len(p[channel].seen()), n)
		}
	}
}

// retryAfter wants a throttled call to wait for as long as the provider says.
func retryAfter(t subject) {
	p := newProviders(t.T, accept)
	p["email"] = newFake(t.T, first(1, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	server := t.run(p, patient()...)
	begin := time.Now()
	r := server.notify(http.StatusOK, full())
	if took := time.Since(begin); took < time.Second {
		t.Errorf("called again after %s, told to wait for 1 s", took)
	}
	if got := r.answer.Channels["email"].Attempts; got != 2 {
		t.Errorf("%d attempts", got)
	}
}

func permanentError(t subject) {
	for _, code := range []int{400, 401, 403, 404, 413, 501} {
		p := newProviders(t.T, accept)
		p["email"] = newFake(t.T, status(code))
		r := t.run(p, patient()...).notify(http.StatusBadGateway, full("email"))
		if n := len(p["email"].seen()); n != 1 || r.answer.Channels["email"].Attempts != 1 {
			t.Errorf("status %d: %d calls, answer %s", code, n, r.body)
		}
	}
}

// ambiguous makes a call again that timed out after it was written only when told to.
func ambiguous(t subject) {
	p := newProviders(t.T, accept)
	p["email"] = newFake(t.T, first(1, hang))
	env := patient(contract.EnvCallTimeout + "=2s")
	r := t.run(p, env...).notify(http.StatusGatewayTimeout, full("email"))
	wantChannels(t.T, r, contract.StatusUnknown, 1, map[string]string{"email": contract.StatusUnknown})

	p["email"] = newFake(t.T, first(1, hang))
	r = t.run(p, append(env, contract.EnvRetryAmbiguous+"="+contract.On)...).notify(http.StatusOK, full("email"))
	if got := r.answer.Channels["email"].Attempts; got != 2 {
		t.Errorf("%d attempts", got)
	}
}

// retryDeadline begins no wait that leaves no time for another call: who began one here,
// or waited for the deadline, would not answer before the client gives up.
func retryDeadline(t subject) {
	p := newProviders(t.T, status(http.StatusServiceUnavailable))
	server := t.run(p, contract.EnvAttempts+"=3", contract.EnvBackoff+"=20m", contract.EnvDeadline+"=10m",
		contract.EnvRetryJitter+"="+contract.JitterNone)
	server.notify(http.StatusBadGateway, full("email"))
	if n := len(p["email"].seen()); n != 1 {
		t.Errorf("%d calls", n)
	}
}

// retryBudget holds that a provider that fails every call is not called three times
// as often for it.
func retryBudget(t subject) {
	const notifications = 200
	p := newProviders(t.T, status(http.StatusServiceUnavailable))
	server := t.run(p, patient(contract.EnvRetryBudget+"=10%")...)
	for range notifications {
		server.notify(http.StatusBadGateway, full("email"))
	}
	// A tenth, and a floor so that a quiet service may retry at all.
	if n := len(p["email"].seen()); n < notifications || n > notifications*3/2 {
		t.Errorf("%d calls for %d notifications", n, notifications)
	}
}
