package metrictest

import (
	"maps"
	"slices"
	"time"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/internal/record"
)

const mib = 1 << 20

// Servers are the rows of the fixture: two that are alike, a cheap one, one bound
// by its workers, one of two processes, one without Server-Timing (gin), one that is not
// installed, one that dies. gin and the cheap one have a database.
func Servers() []Server {
	row := func(id, server string, processes int) record.Subject {
		return record.Subject{ID: id, Server: server, Processes: processes, Language: "go"}
	}
	stored := func(s record.Subject) record.Subject {
		s.Environment = map[string]string{contract.EnvDatabaseURL: "postgres://ann@127.0.0.1:5432/notify"}
		return s
	}
	flask := row("flask", "flask", 1)
	flask.Missing = "not installed: pip install flask gunicorn"
	return []Server{
		{Subject: row("goroutine", "goroutine", 1), Latency: 200 * time.Millisecond, Path: 200 * time.Millisecond,
			Cost: 113 * time.Microsecond, Idle: 9 * mib, PerFlown: 42 << 10},
		{Subject: stored(row("gin", "gin", 1)), Latency: 200 * time.Millisecond,
			Cost: 114 * time.Microsecond, Store: 110 * time.Microsecond, Idle: 11 * mib, PerFlown: 44 << 10},
		{Subject: stored(row("fasthttp", "fasthttp", 1)), Latency: 200 * time.Millisecond, Path: 200 * time.Millisecond,
			Cost: 52 * time.Microsecond, Store: 87 * time.Microsecond, Idle: 8 * mib, PerFlown: 21 << 10},
		{Subject: row("pool workers=4", "pool", 1), Latency: 350 * time.Millisecond, Workers: 4, Path: 350 * time.Millisecond,
			Cost: 120 * time.Microsecond, Idle: 9 * mib, PerFlown: 12 << 10},
		{Subject: row("goroutine ×2", "goroutine", 2), Latency: 201 * time.Millisecond, Path: 200 * time.Millisecond,
			Cost: 131 * time.Microsecond, Idle: 19 * mib, PerFlown: 43 << 10},
		{Subject: flask},
		{Subject: row("crasher", "crasher", 1), Fail: "the server died in mid-run: exit status 2"},
	}
}

// Loads are the loads of the fixture: closed, constant, changing.
func Loads() []record.Load {
	return []record.Load{
		{Name: "c100", Kind: "closed", Spec: "{closed: {connections: 100}}", Connections: 100},
		{Name: "r300", Kind: "rate", Spec: "300/s", Open: true, Rate: 300},
		{Name: "spike", Kind: "spike", Spec: "{spike: {base: 100/s, peak: 300/s}}", Open: true,
			Changing: true, Rate: 100},
	}
}

// Fixture is a whole run: servers × loads × trials, one row of it overloaded, a
// cell and a row invalid, a cell failed.
func Fixture(trials int) *Memory {
	m := New(trials, Loads(), Servers())
	servers := Servers()
	for trial := 1; trial <= trials; trial++ {
		for l := range m.Record.Loads {
			for s := range servers {
				c := m.Add(&servers[s], &m.Record.Loads[l], trial)
				spoil(c)
				m.misdeliver(c)
			}
		}
	}
	return m
}

// spoil makes some cells of the fixture bad.
func spoil(c *record.Cell) {
	switch {
	case c.Status != record.StatusOK:
	case c.Subject == "gin" && c.Load == "r300" && c.Trial == 3:
		c.Providers.Providers["sms"] = withCalls(c, "sms", 17)
	case c.Subject == "goroutine ×2" && c.Load == "r300" && c.Trial == 2:
		*c = record.Cell{Index: c.Index, Subject: c.Subject, Load: c.Load, Trial: c.Trial, Dir: c.Dir,
			Status: record.StatusFailed, Error: "port 8080 is taken"}
	case c.Subject == "goroutine ×2" && c.Load == "c100":
		c.Generator.WriteError = "write requests.gob: no space left on device"
	}
}

// misdeliver makes one cell's providers accept a notification twice, another one
// not at all, and leaves another cell without a ledger.
func (m *Memory) misdeliver(c *record.Cell) {
	switch {
	case c.Subject == "fasthttp" && c.Load == "r300" && c.Trial == 1:
		email := m.Taken[c.Index][0].Accepted
		email[5], email[9] = 2, 0
	case c.Subject == "goroutine" && c.Load == "spike":
		delete(m.Taken, c.Index)
	}
}

// New is an empty record.
func New(trials int, loads []record.Load, servers []Server) *Memory {
	m := &Memory{Raw: map[int][]record.Request{}, Tick: map[int][]record.Tick{},
		Sampled: map[int][]record.Sample{}, Taken: map[int][]contract.LedgerPage{}}
	m.Record = record.Run{
		Schema: record.Schema, Tool: "v0.0.0", ID: "20260102T030405Z-headline",
		Status:   record.StatusComplete,
		Started:  time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Finished: time.Date(2026, 1, 2, 3, 8, 5, 0, time.UTC),
		Scenario: scenario(trials), Loads: slices.Clone(loads),
		Cores: record.Cores{Isolation: "pinned", Server: []int{1}, Load: []int{0}},
		Environment: record.Environment{OS: "linux", Arch: "amd64", Kernel: "6.8.0", CPU: "Example CPU 9000",
			Cores: 2, MemoryBytes: 8 << 30, Go: "go1.26.0", Hypervisor: true},
		Events: []record.Event{{At: ChangeAt, Text: "300 req/s"}, {At: ChangeBack, Text: "back to 100 req/s"}},
	}
	for _, s := range servers {
		m.Record.Subjects = append(m.Record.Subjects, s.Subject)
	}
	return m
}

func scenario(trials int) record.Scenario {
	latencies := map[string]record.Provider{
		"email": {Latency: "200ms", Mean: 200 * time.Millisecond},
		"sms":   {Latency: "150ms", Mean: 150 * time.Millisecond},
	}
	return record.Scenario{
		Name: "headline", Title: "Sync workers against async, two providers",
		Document: "asyncio-notification-service", Section: "Performance Results",
		Hash: "4f2d", Seed: 1, Trials: trials, Warmup: time.Second,
		Duration: 6 * time.Second, Drain: time.Second, Timeout: 10 * time.Second, MaxInFlight: 4000,
		Isolation: "pinned", Channels: slices.Sorted(maps.Keys(latencies)), Providers: latencies,
		SLO: &record.SLO{P99: 400 * time.Millisecond, Errors: 0.001},
	}
}
