package plan

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/latency"
	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

const session = `
name: session
summary: for tests
language: go
build: go build -o {bin} .
run: "{bin}"
settings: {workers: {}, fanout: {}, max_conns: {}, call_timeout: {}, deadline: {}}
concurrency: [workers]
fanout: "{fanout}"
client_pool: {size: "{max_conns}", per: server}
`

// planOf plans one row of the server that shares its client pool.
func planOf(t fataler, providers, set, rest string) *Plan {
	s, err := server.Decode("server.yaml", []byte(session))
	if err != nil {
		t.Fatalf("%v", err)
	}
	sc := decode(t, "name: test\ntitle: For tests\nproviders: "+providers+
		"\nservers: [{name: session, set: {"+set+"}}]\n"+rest+"\n")
	p, err := Make(sc, []server.Server{s}, twoCores, 1)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return p
}

func find(t fataler, p *Plan, kind string) record.Ceiling {
	cs := p.Cells[0].Ceilings
	i := slices.IndexFunc(cs, func(c record.Ceiling) bool { return c.Kind == kind })
	if i < 0 {
		t.Fatalf("no %s in %+v", kind, cs)
	}
	return cs[i]
}

func TestCeilingsInWords(t *testing.T) {
	const two = "{email: {latency: 200ms}, sms: {latency: 150ms}}"
	for _, c := range []struct{ name, providers, set, rest, kind, want string }{
		{"a pool for all providers", two, "max_conns: 100", "loads: {x: 10/s}",
			"client-pool", "100 connections to the providers / (200ms + 150ms) = 286 req/s"},
		{"a pool for the only provider", "{email: {latency: 200ms}}", "max_conns: 100", "loads: {x: 10/s}",
			"client-pool", "100 connections to the providers / 200ms = 500 req/s"},
		{"a call is cut at its timeout", two, "workers: 4, fanout: sequential, call_timeout: 180ms", "loads: {x: 10/s}",
			"workers", "4 workers / 330ms = 12.1 req/s"},
		{"the calls are cut at the deadline", two, "workers: 4, fanout: sequential, deadline: 250ms", "loads: {x: 10/s}",
			"workers", "4 workers / 250ms = 16.0 req/s"},
		{"a dependency that slows down", two, "workers: 4, fanout: sequential",
			"loads: {x: 10/s}\nduration: 15s\ntimeline: [{at: 10s, set: {providers.email.latency: 500ms}}]",
			"workers", "4 workers / 350ms = 11.4 req/s until 10s, then 4 workers / 650ms = 6.2 req/s"},
		{"a load that exceeds the workers", two, "workers: 4, fanout: sequential",
			"loads: {x: {spike: {base: 5/s, peak: 50/s, at: 2s, for: 3s}}}\nduration: 12s",
			"rate", "offered 5.0 req/s until 2s, then offered 50.0 req/s until 5s, then offered 5.0 req/s"},
		{"a load that does not", two, "workers: 40, fanout: sequential",
			"loads: {x: {spike: {base: 5/s, peak: 50/s, at: 2s, for: 3s}}}\nduration: 12s",
			"rate", "offered 16.2 req/s on average, 50.0 at the peak"},
		{"a closed loop on a timeline", two, "workers: 4",
			"loads: {x: {closed: {connections: 2}}}\nduration: 4s\ntimeline: [{at: 1s, set: {providers.sms.latency: 400ms}}]",
			"connections", "2 connections / 200ms = 10.0 req/s until 1s, then 2 connections / 400ms = 5.0 req/s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := find(t, planOf(t, c.providers, c.set, c.rest), c.kind); got.Why != c.want {
				t.Errorf("\n got %s\nwant %s", got.Why, c.want)
			}
		})
	}
}

// The rate of a ceiling that changes is its mean over the window: no more than
// that can be done in it.
func TestCeilingOfTheWholeWindowIsTheMean(t *testing.T) {
	p := planOf(t, "{email: {latency: 200ms}}", "workers: 4",
		"loads: {x: 10/s}\nduration: 15s\ntimeline: [{at: 10s, set: {providers.email.latency: 400ms}}]")
	c := find(t, p, "workers")
	if want := (20.0*10 + 10*5) / 15; math.Abs(c.Rate-want) > 1e-9 || len(c.Phases) != 2 {
		t.Errorf("%+v, want a rate of %v", c, want)
	}
}

// A provider that serves so many calls at once: its servers over its own mean.
// The slowest of all names the ceiling.
func TestProviderLimit(t *testing.T) {
	m := moment{req: &request{calls: []call{
		{channel: "email", served: 200 * time.Millisecond, servers: 10},
		{channel: "sms", served: 100 * time.Millisecond, servers: 4},
		{channel: "push", served: time.Second},
	}}}
	if rate, why, ok := providerBound(m); !ok || rate != 40 || why != "4 servers of the sms provider / 100ms = 40.0 req/s" {
		t.Errorf("%v %q %v", rate, why, ok)
	}
	if _, _, ok := providerBound(moment{req: &request{calls: []call{{served: time.Second}}}}); ok {
		t.Error("a limit of a provider that has none")
	}
}

// Whatever the distributions, the ceilings of workers and of a shared client pool
// are those of a Monte Carlo of requests, to five standard errors.
func TestCeilingsAgainstDraws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const requests = 5000
		kind := func() latency.Kind {
			return latency.Kinds()[rapid.IntRange(0, len(latency.Kinds())-1).Draw(t, "kind")]
		}
		email, sms := kind().Example, kind().Example
		fanout := rapid.SampledFrom([]string{"sequential", "concurrent"}).Draw(t, "fan-out")
		timeout := rapid.SampledFrom([]time.Duration{50 * time.Millisecond, 5 * time.Second}).Draw(t, "timeout")
		p := planOf(t, "{email: {latency: "+email+"}, sms: {latency: "+sms+"}}",
			"workers: 10, max_conns: 10, fanout: "+fanout+", call_timeout: "+timeout.String(), "loads: {x: 10/s}")
		var path, sum, square float64
		for k := range uint64(requests) {
			a, b := drawn(p.Scenario, k, 0, timeout), drawn(p.Scenario, k, 1, timeout)
			sum += (a + b) / requests
			held := a + b
			if fanout == "concurrent" {
				held = max(a, b)
			}
			path, square = path+held/requests, square+(a+b)*(a+b)/requests
		}
		slack := 5*math.Sqrt((square-sum*sum)/requests) + 1e-3*sum
		for name, mean := range map[string]float64{"workers": path, "client-pool": sum} {
			if held := 10 / find(t, p, name).Rate; math.Abs(held-mean) > slack {
				t.Fatalf("%s: a request takes %v s, of the draws %v", name, held, mean)
			}
		}
	})
}

// Several devices are so many calls: one after the other, or the slowest of them.
func TestCeilingsOfDevicesAgainstDraws(t *testing.T) {
	const requests, devices = 20_000, 4
	for _, fanout := range []string{"sequential", "concurrent"} {
		p := planOf(t, "{push: {latency: {uniform: [100ms, 500ms]}, queue: {servers: 10, length: 10}}}",
			"workers: 10, max_conns: 10, fanout: "+fanout, fmt.Sprintf("loads: {x: 10/s}\nrequest: {devices: %d}", devices))
		var path, all float64
		for k := range uint64(requests) {
			var sum, longest float64
			for n := range devices {
				d := p.Scenario.Providers[0].Latency.Quantile(latency.Draw(1, k, "push", n+1)).Seconds()
				sum, longest = sum+d, max(longest, d)
			}
			held := sum
			if fanout == "concurrent" {
				held = longest
			}
			path, all = path+held/requests, all+sum/requests
		}
		for name, mean := range map[string]float64{"workers": path, "client-pool": all, "provider": all} {
			c := find(t, p, name)
			if held := 10 / c.Rate; math.Abs(held-mean) > 0.01*mean {
				t.Errorf("%s, %s: a request takes %v s, of the draws %v", fanout, name, held, mean)
			}
			if name == "provider" && c.Why != "10 servers of the push provider / (4 × 300ms) = 8.3 req/s" {
				t.Errorf("%q", c.Why)
			}
		}
		if need, _ := p.FilesNeeded(); fanout == "concurrent" && need != 1000*(1+devices)+baseFiles {
			t.Errorf("%d files", need)
		}
	}
}

// However many devices, the sum of their calls has the mean that it must.
func TestSumOfManyLikeDelays(t *testing.T) {
	d, err := latency.Parse("{lognormal: {p50: 45ms, p99: 350ms}}")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 3, 7, 100} {
		want := float64(n) * float64(latency.Mean(d))
		if got := float64(latency.Mean(sumOfLike(d, n))); math.Abs(got-want) > 0.01*want {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
}

// drawn is the time of a call of request k, in seconds.
func drawn(sc *scenario.Scenario, k uint64, i int, timeout time.Duration) float64 {
	p := sc.Providers[i]
	return min(p.Latency.Quantile(latency.Draw(1, k, p.Channel, 1)), timeout).Seconds()
}

// Every scenario that is shipped can be planned with the servers that are, and the
// one with a slow dependency says from when to when its workers bind.
func TestShippedScenarios(t *testing.T) {
	found, err := server.Find([]string{"../../servers"})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := scenario.List("../../scenarios")
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d scenarios, %v", len(entries), err)
	}
	for _, e := range entries {
		sc, err := scenario.ReadFile(e.File)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Make(sc, found, twoCores, 1)
		if err != nil {
			t.Errorf("%s: %v", e.Name, err)
			continue
		}
		if e.Name != "slow-dependency" {
			continue
		}
		if got := bindsInWords(record.Stretches(p.ceilings[0], sc.Duration)); got != "; lowest: rate, workers from 2s, rate from 5s" {
			t.Errorf("%s: %q", e.Name, got)
		}
	}
}
