package servers_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/mockproviders"
)

func faultCases() []testCase {
	var cases []testCase
	for _, f := range contract.Faults() {
		cases = append(cases, testCase{name: "fault " + f.Name, calls: true,
			run: func(t subject) { providerFault(t, f.Name) }})
	}
	return cases
}

// faultAnswers is what a service has to make of each fault: the status of the
// channel and of the answer. It is unknown only where time ran out.
func faultAnswers() map[string]struct {
	channel string
	code    int
} {
	return map[string]struct {
		channel string
		code    int
	}{
		contract.FaultReset:     {contract.StatusFailed, 502},
		contract.FaultHang:      {contract.StatusUnknown, 504},
		contract.FaultDrip:      {contract.StatusUnknown, 504},
		contract.FaultMalformed: {contract.StatusSent, 200},
		contract.FaultEmpty:     {contract.StatusFailed, 502},
		contract.FaultLost:      {contract.StatusFailed, 502},
	}
}

// providerFault has every call of every provider end in a fault, several times
// over, so that a connection that was left in a bad state would be used again.
func providerFault(t subject, fault string) {
	mock := faulty(t.T, fault)
	urls := mock.Ready().Providers
	timeout := "30s"
	if faultAnswers()[fault].code == http.StatusGatewayTimeout { // time is to run out
		timeout = "2s"
	}
	server := t.run(nil, contract.EnvCallTimeout+"="+timeout, contract.EnvDeadline+"=30s", contract.EnvEmailURL+"="+urls[contract.Email],
		contract.EnvSMSURL+"="+urls[contract.SMS], contract.EnvPushURL+"="+urls[contract.Push])
	want, known := faultAnswers()[fault]
	if !known {
		t.Fatalf("nobody has said what a service makes of fault %s", fault)
	}
	for range 3 {
		r := server.notify(want.code, full())
		wantChannels(t.T, r, want.channel, 1, all(want.channel))
	}
	for channel, s := range mock.Stats().Providers {
		if s.Calls != 3 || s.Faults[fault] > 3 {
			t.Errorf("%s: %+v", channel, s)
		}
	}
}

// faulty runs the mock providers with one fault for every call. An answer that drips
// takes longer than its caller waits.
func faulty(t *testing.T, fault string) *mockproviders.Mock {
	t.Helper()
	config := contract.MockConfig{Providers: map[string]contract.Behaviour{}}
	for _, channel := range contract.Channels() {
		config.Providers[channel] = contract.Behaviour{Latency: "5ms", DripTime: 10 * time.Second, Faults: map[string]float64{fault: 1}}
	}
	m, err := mockproviders.Start(config, mockproviders.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}
