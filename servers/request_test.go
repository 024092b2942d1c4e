package servers_test

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
)

func requestCases() []testCase {
	return []testCase{
		{name: "every channel", run: everyChannel, calls: true},
		{name: "texts unchanged", run: textsUnchanged, calls: true},
		{name: "channel subsets", run: channelSubsets},
		{name: "default channels", run: defaultChannels},
		{name: "connections are kept", run: connectionsKept},
	}
}

func everyChannel(t subject) {
	p := newProviders(t.T, accept)
	r := t.run(p).notify(http.StatusOK, full("push", "email", "sms"))
	if r.answer.ID == "" || r.answer.Status != contract.StatusSent {
		t.Errorf("answer %s", r.body)
	}
	sent := contract.ChannelResult{Status: contract.StatusSent, ProviderID: "p-1", Attempts: 1}
	want := map[string]contract.ChannelResult{"email": sent, "sms": sent, "push": sent}
	if !reflect.DeepEqual(r.answer.Channels, want) {
		t.Errorf("channels %v, want %v", r.answer.Channels, want)
	}
	n := full()
	wantCalls(t.T, p, map[string]contract.PlainCall{
		"email": {To: n.Email, Subject: n.Subject},
		"sms":   {To: n.Phone, Message: n.Message},
		"push":  {To: n.DeviceToken, Message: n.Message},
	})
	for channel, f := range p {
		if got := f.requests[0]; got != "POST /send application/json" {
			t.Errorf("%s was called by %s", channel, got)
		}
	}
}

// wantCalls wants exactly one call where one is given and none elsewhere.
func wantCalls(t *testing.T, p providers, want map[string]contract.PlainCall) {
	t.Helper()
	for channel, f := range p {
		var calls []contract.PlainCall
		if call, any := want[channel]; any {
			calls = append(calls, call)
		}
		if got := f.seen(); !reflect.DeepEqual(got, calls) {
			t.Errorf("%s was sent %+v, want %+v", channel, got, calls)
		}
	}
}

func textsUnchanged(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	const odd = "\"quotes\" \\ / <b>&amp;</b> Ünïcödé 漢字 🎉 \u2028 \x01\x1f\x7f tab\t line\r\n"
	n := full("email", "sms")
	n.Subject, n.Message = contract.Tag(odd+"subject", 7), contract.Tag(odd+"message", 7)
	server.notify(http.StatusOK, n)
	wantCalls(t.T, p, map[string]contract.PlainCall{
		"email": {To: n.Email, Subject: n.Subject},
		"sms":   {To: n.Phone, Message: n.Message},
	})
}

func channelSubsets(t subject) {
	p := newProviders(t.T, accept)
	server := t.run(p)
	calls := map[string]int{}
	for subset := 1; subset < 8; subset++ {
		var chosen []string
		for i, c := range contract.Channels() {
			if subset&(1<<i) != 0 {
				chosen = append(chosen, c)
				calls[c]++
			}
		}
		r := server.notify(http.StatusOK, full(chosen...))
		if len(r.answer.Channels) != len(chosen) {
			t.Errorf("channels %v: answer %s", chosen, r.body)
		}
		for _, c := range contract.Channels() {
			if got := len(p[c].seen()); got != calls[c] {
				t.Errorf("channels %v: %s was called %d times so far, want %d", chosen, c, got, calls[c])
			}
		}
	}
}

func defaultChannels(t subject) {
	p := newProviders(t.T, accept)
	n := full()
	n.Phone = ""
	r := t.run(p).notify(http.StatusOK, n)
	if len(r.answer.Channels) != 2 {
		t.Errorf("answer %s, want email and push", r.body)
	}
	wantCalls(t.T, p, map[string]contract.PlainCall{
		"email": {To: n.Email, Subject: n.Subject},
		"push":  {To: n.DeviceToken, Message: n.Message},
	})
}

// connectionsKept wants answers after which the same connection serves again.
func connectionsKept(t subject) {
	server := t.run(newProviders(t.T, accept))
	for range 3 {
		if r := server.notify(http.StatusOK, full()); r.header.Get("Connection") == "close" {
			t.Error("the connection is closed after an answer")
		}
		server.post(http.StatusUnprocessableEntity, "{}")
		server.want(http.StatusNotFound, http.MethodGet, "/", "")
	}
}
