package servers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

func keyCases() []testCase {
	return []testCase{
		{name: "idempotency without store", run: replays},
		{name: "idempotency", run: replays, keeps: anything},
		{name: "idempotency while it runs", run: runningKey, keeps: anything},
		{name: "idempotency after failure", run: failedKey, keeps: anything},
		{name: "idempotency when unknown", run: unknownKey, keeps: anything},
		{name: "idempotency after restart", run: lastingKey, keeps: lastingly},
	}
}

// keyOf is a key that no other test has.
func keyOf(t *testing.T, key string) string {
	if len(key) > 100 {
		return key
	}
	return sharedSchema + "/" + t.Name() + "/" + key
}

func (p *program) keyed(want int, key, body string) reply {
	p.t.Helper()
	return p.want(want, http.MethodPost, contract.PathNotify, body, contract.HeaderIdempotencyKey, keyOf(p.t, key))
}

// replays answers a repetition with the first answer, sends nothing for it, and
// refuses another body under the same key.
func replays(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	body := encode(full())
	first := server.keyed(http.StatusOK, "key-1", body)
	again := server.keyed(http.StatusOK, "key-1", body)
	if first.header.Get(contract.HeaderReplayed) != "" || again.header.Get(contract.HeaderReplayed) != "true" {
		t.Errorf("replayed: %q, then %q", first.header.Get(contract.HeaderReplayed), again.header.Get(contract.HeaderReplayed))
	}
	if first.body != again.body {
		t.Errorf("first %s, then %s", first.body, again.body)
	}
	r := server.keyed(http.StatusUnprocessableEntity, "key-1", encode(full("email")))
	if len(r.refusal.Fields) != 1 || r.refusal.Fields[0].Field != contract.HeaderIdempotencyKey {
		t.Errorf("another body: %s", r.body)
	}
	server.keyed(http.StatusOK, "key-2", body)
	if n := len(p["email"].seen()); n != 2 {
		t.Errorf("%d emails for two keys", n)
	}
	server.keyed(http.StatusBadRequest, strings.Repeat("k", contract.MaxIdempotencyKey+1), body)
	server.keyed(http.StatusOK, strings.Repeat("k", contract.MaxIdempotencyKey), body)
	// What was refused before anything began leaves the key free.
	server.keyed(http.StatusUnprocessableEntity, "key-3", "{}")
	server.keyed(http.StatusOK, "key-3", body)
}

func runningKey(t subject) {
	gate := make(chan struct{})
	p := newProviders(t.T, heldUntil(gate))
	server := t.run(p, unhurried()...)
	body := encode(full())
	done := make(chan reply, 1)
	go func() {
		r, err := server.do(http.MethodPost, contract.PathNotify, body, contract.HeaderIdempotencyKey, keyOf(t.T, "key"))
		if err != nil {
			t.Error(err)
		}
		done <- r
	}()
	p["email"].wait(1)
	if r := server.keyed(http.StatusConflict, "key", body); r.header.Get("Retry-After") == "" {
		t.Error("409 without Retry-After")
	}
	close(gate)
	if r := <-done; r.status != http.StatusOK {
		t.Errorf("the first: %d %s", r.status, r.body)
	}
	server.keyed(http.StatusOK, "key", body)
	if n := len(p["email"].seen()); n != 1 {
		t.Errorf("%d emails", n)
	}
}

// failedKey frees the key of a notification that was certainly not sent.
func failedKey(t subject) {
	p := newProviders(t.T, failing(1))
	server := t.run(p)
	body := encode(full("email"))
	server.keyed(http.StatusBadGateway, "key", body)
	if r := server.keyed(http.StatusOK, "key", body); r.header.Get(contract.HeaderReplayed) != "" {
		t.Error("a failure is replayed")
	}
}

// unknownKey keeps the key of one that may have been sent.
func unknownKey(t subject) {
	p := newProviders(t.T, hang)
	server := t.run(p, contract.EnvCallTimeout+"=2s")
	body := encode(full())
	server.keyed(http.StatusGatewayTimeout, "key", body)
	if r := server.keyed(http.StatusGatewayTimeout, "key", body); r.header.Get(contract.HeaderReplayed) != "true" {
		t.Error("what may have been sent is sent again")
	}
	if n := len(p["email"].seen()); n != 1 {
		t.Errorf("%d emails", n)
	}
}

// lastingKey knows the key after a restart, and on any process.
func lastingKey(t subject) {
	p := newProviders(t.T, accept)
	body := encode(full())
	server := t.run(p)
	first := server.keyed(http.StatusOK, "key", body)
	server.stop()
	server = t.runProcesses(p)
	for range 5 {
		if r := server.keyed(http.StatusOK, "key", body); r.body != first.body {
			t.Errorf("first %s, then %s", first.body, r.body)
		}
		server.client.CloseIdleConnections() // the next goes to whichever process
	}
	if n := len(p["email"].seen()); n != 1 {
		t.Errorf("%d emails", n)
	}
}
