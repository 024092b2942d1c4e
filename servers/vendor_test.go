package servers_test

import (
	"net/http"
	"testing"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/mockproviders"
)

func vendorCases() []testCase {
	return []testCase{
		{name: "vendor wires", run: vendorWires, calls: true},
		{name: "vendor throttles", run: vendorThrottles, calls: true},
		{name: "full service", run: fullService, calls: true, keeps: anything},
	}
}

var vendors = contract.EnvWire + "=" + contract.WireVendor

// mocked runs the mock providers, all with one behaviour, and returns the variables
// that point a server at them.
func mocked(t *testing.T, b contract.Behaviour) (*mockproviders.Mock, []string) {
	t.Helper()
	config := contract.MockConfig{Providers: map[string]contract.Behaviour{}}
	for _, channel := range contract.Channels() {
		config.Providers[channel] = b
	}
	m, err := mockproviders.Start(config, mockproviders.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	urls := m.Ready().Providers
	return m, []string{contract.EnvEmailURL + "=" + urls[contract.Email],
		contract.EnvSMSURL + "=" + urls[contract.SMS], contract.EnvPushURL + "=" + urls[contract.Push]}
}

// vendorWires speaks SendGrid, Twilio and FCM, and takes their errors for what they
// are.
func vendorWires(t subject) {
	mock, urls := mocked(t.T, contract.Behaviour{Latency: "1ms"})
	server := t.run(nil, append(urls, patient(vendors)...)...)
	n := full()
	n.Subject, n.Message = contract.Tag("Ünïcödé & 100% =", 7), contract.Tag("a+b=c&d \"quoted\"\n", 7)
	r := server.notify(http.StatusOK, n)
	wantChannels(t.T, r, contract.StatusSent, 1, all(contract.StatusSent))
	for channel, c := range r.answer.Channels {
		if c.ProviderID == "" {
			t.Errorf("%s: no id of the provider in %s", channel, r.body)
		}
	}
	for channel, s := range mock.Stats().Providers {
		if s.Accepted != 1 || s.Untagged+s.Rejected != 0 {
			t.Errorf("%s: %+v", channel, s)
		}
	}
	_, urls = mocked(t.T, contract.Behaviour{Latency: "1ms", ErrorRate: 1, ErrorStatus: 503})
	server = t.run(nil, append(urls, patient(vendors, contract.EnvRetryBudget+"=1")...)...)
	r = server.notify(http.StatusBadGateway, n)
	wantChannels(t.T, r, contract.StatusFailed, 3, all(contract.StatusFailed))
}

// vendorThrottles waits as each vendor's 429 asks for, and arrives.
func vendorThrottles(t subject) {
	second := contract.Behaviour{Latency: "1ms", Throttle: &contract.Throttle{
		TokenBucket: &contract.TokenBucket{Rate: 20, Burst: 1},
	}}
	mock, urls := mocked(t.T, second)
	server := t.run(nil, append(urls, vendors, contract.EnvAttempts+"=3", contract.EnvBackoff+"=200ms",
		contract.EnvRetryJitter+"="+contract.JitterNone, contract.EnvRetryBudget+"=1", contract.EnvDeadline+"=20s")...)
	n := full()
	n.Subject, n.Message = contract.Tag("subject", 1), contract.Tag("message", 1)
	server.notify(http.StatusOK, n)
	server.notify(http.StatusOK, n)
	for channel, s := range mock.Stats().Providers {
		if s.Accepted != 2 {
			t.Errorf("%s: %+v", channel, s)
		}
	}
}

// fullService does all of it at once: a user, a key, vendors, a store.
func fullService(t subject) {
	mock, urls := mocked(t.T, contract.Behaviour{Latency: "1ms"})
	server := t.run(nil, append(urls, patient(vendors, contract.EnvBreaker+"="+contract.On, contract.EnvBulkhead+"=100")...)...)
	n := to(17)
	n.Subject, n.Message = contract.Tag("subject", 17), contract.Tag("message", 17)
	r := server.keyed(http.StatusOK, "full", encode(n))
	if again := server.keyed(http.StatusOK, "full", encode(n)); again.body != r.body {
		t.Errorf("first %s, then %s", r.body, again.body)
	}
	wantChannels(t.T, r, contract.StatusSent, 1, all(contract.StatusSent))
	for channel, s := range mock.Stats().Providers {
		if s.Accepted != 1 || s.Untagged != 0 {
			t.Errorf("%s: %+v", channel, s)
		}
	}
}
