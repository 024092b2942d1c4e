package servers_test

import (
	"net/http"
	"strconv"

	"github.com/notifybench/notifybench/internal/contract"
)

func userCases() []testCase {
	return []testCase{
		{name: "user", run: knownUser, keeps: anything},
		{name: "unknown user", run: unknownUser, keeps: anything},
		{name: "opt-out", run: optOut, keeps: anything},
		{name: "user without store", run: userWithoutStore},
		{name: "devices", run: devices, calls: true},
	}
}

// to is a notification to a user.
func to(user int64, channels ...string) contract.Notification {
	return contract.Notification{
		UserID: strconv.FormatInt(user, 10), Subject: "Order shipped #17", Message: "Your order is on its way #17",
		Channels: channels,
	}
}

// knownUser sends to the addresses that the store has, and keeps the result.
func knownUser(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	for _, id := range []int64{0, 4711, contract.SeededUsers - 1} {
		r := server.notify(http.StatusOK, to(id))
		if len(r.answer.Channels) != 3 {
			t.Errorf("answer %s", r.body)
		}
		u, _ := contract.SeedUser(id)
		calls := p["email"].seen()
		if got := calls[len(calls)-1].To; got != u.Email {
			t.Errorf("user %d: sent to %q, want %q", id, got, u.Email)
		}
		kept := server.want(http.StatusOK, http.MethodGet, contract.PathNotifications+r.answer.ID, "")
		if kept.body != r.body {
			t.Errorf("kept %s, answered %s", kept.body, r.body)
		}
	}
	server.want(http.StatusNotFound, http.MethodGet, contract.PathNotifications+"none", "")
	server.want(http.StatusMethodNotAllowed, http.MethodPost, contract.PathNotifications+"none", "")
}

func unknownUser(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	for _, id := range []string{"200000", "-1", "somebody", "99999999999999999999"} {
		n := to(0)
		n.UserID = id
		r := server.notify(http.StatusNotFound, n)
		if len(r.refusal.Fields) != 1 || r.refusal.Fields[0].Field != "user_id" {
			t.Errorf("user %s: %s", id, r.body)
		}
	}
	both := to(1)
	both.Email = "user1@example.com"
	server.notify(http.StatusUnprocessableEntity, both)
	wantCalls(t.T, p, nil)
}

// optOut honours what users do not want, and says so where it was asked for.
func optOut(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	if r := server.notify(http.StatusOK, to(contract.UserWithoutSMS)); len(r.answer.Channels) != 2 {
		t.Errorf("answer %s, want email and push", r.body)
	}
	r := server.notify(http.StatusOK, to(contract.UserWithoutSMS, contract.Email, contract.SMS))
	if got := r.answer.Channels[contract.SMS]; got.Status != contract.StatusSuppressed || got.Attempts != 0 || got.Error == "" {
		t.Errorf("answer %s, want sms suppressed", r.body)
	}
	if r := server.notify(http.StatusOK, to(contract.UserWithoutPhone)); len(r.answer.Channels) != 2 {
		t.Errorf("answer %s, want email and push", r.body)
	}
	server.notify(http.StatusUnprocessableEntity, to(contract.UserWithoutPhone, contract.SMS))
	server.notify(http.StatusUnprocessableEntity, to(contract.UserWithoutAny))
	server.notify(http.StatusUnprocessableEntity, to(contract.UserWithoutAny, contract.SMS))
	if n := len(p["sms"].seen()); n != 0 {
		t.Errorf("%d SMS to users who do not want them or have no phone", n)
	}
}

func userWithoutStore(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	server.notify(http.StatusUnprocessableEntity, to(1))
	server.want(http.StatusNotFound, http.MethodGet, contract.PathNotifications+"n1", "")
	wantCalls(t.T, p, nil)
}

// devices makes a push call to each of several devices, and one entry of them all.
func devices(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	n := contract.Notification{DeviceTokens: []string{"a", "b", "c"}, Subject: "s #1", Message: "m #1"}
	r := server.notify(http.StatusOK, n)
	wantChannels(t.T, r, contract.StatusSent, 3, map[string]string{"push": contract.StatusSent})
	if got := r.answer.Channels["push"].Attempts; got != 3 || len(p["push"].seen()) != 3 {
		t.Errorf("%d attempts, %d calls, want 3", got, len(p["push"].seen()))
	}
	for _, bad := range []contract.Notification{
		{DeviceTokens: []string{"a", ""}, Message: "m"}, {DeviceTokens: []string{"a b"}, Message: "m"},
		{DeviceTokens: []string{"a"}, DeviceToken: "b", Message: "m"},
		{DeviceTokens: make([]string, contract.MaxDeviceTokens+1), Message: "m"},
	} {
		server.notify(http.StatusUnprocessableEntity, bad)
	}
	partOfDevices(t)
}

// partOfDevices has one of three devices fail.
func partOfDevices(t subject) {
	p := newProviders(t.T, func(w http.ResponseWriter, r *http.Request) { accept(w, r) })
	p["push"] = newFake(t.T, failing(1))
	n := contract.Notification{DeviceTokens: []string{"a", "b", "c"}, Subject: "s #1", Message: "m #1"}
	r := t.run(p).notify(http.StatusMultiStatus, n)
	if got := r.answer.Channels["push"]; got.Status != contract.StatusPartial || got.Attempts != 3 || got.Error == "" {
		t.Errorf("answer %s", r.body)
	}
}
