package metric

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/latency"
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

// The path of several devices is that of all their calls; what was refused at once
// may have cost the slowest of them nothing, but no more of them than may be tried again.
func TestThePathOfSeveralDevices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		devices, attempts := rapid.IntRange(1, 5).Draw(t, "devices"), rapid.IntRange(1, 3).Draw(t, "attempts")
		refused := rapid.Bool().Draw(t, "refused")
		timeout := time.Duration(rapid.IntRange(1, 1200).Draw(t, "timeout")) * time.Millisecond
		run := &record.Run{Scenario: record.Scenario{
			Channels: []string{contract.Push}, Devices: devices,
			Providers: map[string]record.Provider{contract.Push: {Latency: "{uniform: [100ms, 1s]}"}},
		}}
		cell := &record.Cell{Seed: 3, Providers: contract.MockStats{Providers: map[string]contract.ProviderStats{contract.Push: {}}}}
		draws := devices
		if refused {
			cell.Providers.Providers[contract.Push] = contract.ProviderStats{Throttled: 1}
			draws *= attempts
		}
		k := rapid.Uint64Range(0, 1000).Draw(t, "k")
		var delays []time.Duration
		for n := 1; n <= draws; n++ {
			u := latency.Draw(3, k, contract.Push, n)
			delays = append(delays, min(timeout, 100*time.Millisecond+time.Duration(u*float64(900*time.Millisecond))))
		}
		slices.Sort(delays)
		var sum time.Duration
		for _, d := range delays[:devices] {
			sum += d
		}
		for fanout, want := range map[string]time.Duration{
			contract.FanoutSequential: sum, contract.FanoutConcurrent: delays[devices-1],
		} {
			s := &record.Subject{Fanout: fanout, Settings: map[string]string{"attempts": strconv.Itoa(attempts), "call_timeout": timeout.String()}}
			p, err := newPath(run, cell, s)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.of(k, 0, time.Second); (got - want).Abs() > time.Microsecond {
				t.Fatalf("%s: %v, want %v", fanout, got, want)
			}
		}
	})
}

// Of calls of which so many run at once the path lies between all together and one after
// the other: with one at once it is their sum, with as many as there are the longest.
func TestThePathOfABoundedFanOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		devices, k := rapid.IntRange(1, 40).Draw(t, "devices"), rapid.Uint64Range(0, 1000).Draw(t, "k")
		run := &record.Run{Scenario: record.Scenario{
			Channels: []string{contract.Push}, Devices: devices,
			Providers: map[string]record.Provider{contract.Push: {Latency: "{uniform: [100ms, 1s]}"}},
		}}
		of := func(fanout string, atOnce int) time.Duration {
			p, err := newPath(run, &record.Cell{Seed: 3}, &record.Subject{Fanout: fanout, AtOnce: atOnce})
			if err != nil {
				t.Fatal(err)
			}
			return p.of(k, 0, time.Second)
		}
		sum, longest := of(contract.FanoutSequential, 0), of(contract.FanoutConcurrent, 0)
		last := of(contract.FanoutConcurrent, 1)
		if last != sum || of(contract.FanoutConcurrent, devices) != longest {
			t.Fatalf("one at once takes %v of %v, all %v of %v", last, sum, of(contract.FanoutConcurrent, devices), longest)
		}
		for n := 2; n <= devices; n++ {
			path := of(contract.FanoutConcurrent, n)
			if path > last || path < longest || path < sum/time.Duration(n) {
				t.Fatalf("%d at once take %v, one fewer %v", n, path, last)
			}
			last = path
		}
	})
}
