package metric

import (
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

func TestThePathOfARequestIsKnown(t *testing.T) {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	run := &record.Run{Scenario: record.Scenario{
		Channels:  []string{"email", "sms"},
		Providers: map[string]record.Provider{"email": {Latency: "200ms"}, "sms": {Latency: "150ms"}},
		Timeline: []contract.MockStep{{At: ms(1000), Providers: map[string]contract.Behaviour{
			"email": {Latency: "10ms"}}}},
	}}
	for _, c := range []struct {
		fanout     string
		begin, end int
		want       int
	}{
		{contract.FanoutConcurrent, 0, 200, 200},
		{contract.FanoutSequential, 0, 350, 350},
		{"", 0, 350, 200},
		{contract.FanoutConcurrent, 900, 1100, 150}, // either latency of email
		{contract.FanoutSequential, 900, 1250, 160},
		{contract.FanoutSequential, 1100, 1260, 160},
	} {
		p, err := newPath(run, &record.Cell{}, &record.Subject{Fanout: c.fanout})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.of(7, ms(c.begin), ms(c.end)); got != ms(c.want) {
			t.Errorf("%q from %d to %d ms: %v, want %d ms", c.fanout, c.begin, c.end, got, c.want)
		}
	}
}
