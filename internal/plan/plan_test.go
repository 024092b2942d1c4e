package plan

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/record"
	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

const thing = `
name: thing
summary: for tests
language: go
build: go build -o {bin} .
run: "{bin}"
settings: {workers: {}, fanout: {}, work: {}, max_conns: {}}
concurrency: [processes, workers]
fanout: "{fanout}"
client_pool: "{max_conns}"
`

const free = `
name: free
summary: for tests
language: go
build: go build -o {bin} .
run: "{bin}"
settings: {fanout: {}, work: {}}
fanout: "{fanout}"
`

var twoCores = Machine{CPUs: []int{0, 1}, CanPin: true}

func servers(t fataler) (out []server.Server) {
	for _, text := range []string{thing, free} {
		s, err := server.Decode("server.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v", err)
		}
		out = append(out, s)
	}
	return out
}

type fataler interface{ Fatalf(string, ...any) }

func decode(t fataler, text string) *scenario.Scenario {
	sc, err := scenario.Decode("test.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return sc
}

const base = `
name: test
title: For tests
request: {channels: [email, sms]}
providers: {email: {latency: 200ms}, sms: {latency: 150ms}}
`

// Every cell once, trials outermost, and equal work for every row: the same
// seed under the same load and trial, another one elsewhere.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trials, seed := rapid.IntRange(1, 8).Draw(t, "trials"), rapid.Uint64().Draw(t, "seed")
		sc := decode(t, base+fmt.Sprintf("servers: [thing, free]\nloads: {a: 10/s, b: {closed: {connections: 5}}}\ntrials: %d\n", trials))
		p, err := Make(sc, servers(t), twoCores, seed)
		if err != nil {
			t.Fatal(err)
		}
		seen, seeds := map[string]int{}, map[string]uint64{}
		for i, c := range p.Cells {
			if c.Index != i || c.Trial != i/4+1 {
				t.Fatalf("cell %d: index %d, trial %d", i, c.Index, c.Trial)
			}
			seen[fmt.Sprint(c.Row.ID, c.Load.Name, c.Trial)]++
			if c.Warmup > sc.Warmup || c.Warmup < sc.Warmup*3/4 {
				t.Fatalf("a warm-up of %v instead of %v", c.Warmup, sc.Warmup)
			}
			work := fmt.Sprint(c.Load.Name, c.Trial)
			if s, ok := seeds[work]; ok && s != c.Seed {
				t.Fatalf("rows under %s get unequal work", work)
			}
			seeds[work] = c.Seed
		}
		if len(seen) != 4*trials || len(p.Cells) != 4*trials {
			t.Fatalf("%d different cells of %d", len(seen), len(p.Cells))
		}
		different := map[uint64]bool{}
		for _, s := range seeds {
			different[s] = true
		}
		if len(different) != len(seeds) {
			t.Fatalf("two loads or trials share a seed: %v", seeds)
		}
	})
}

func TestOrderIsShuffledBySeed(t *testing.T) {
	order := func(seed uint64) (ids []string) {
		sc := decode(t, base+"servers: [thing, free]\nloads: {a: 10/s, b: 20/s, c: 30/s}\ntrials: 6\n")
		p, err := Make(sc, servers(t), twoCores, seed)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Cells {
			ids = append(ids, c.Row.ID+c.Load.Name)
		}
		return ids
	}
	if !slices.Equal(order(1), order(1)) || slices.Equal(order(1), order(2)) {
		t.Error("the order does not follow the seed")
	}
	if one := order(1); slices.Equal(one[:6], one[6:12]) && slices.Equal(one[6:12], one[12:18]) {
		t.Error("every trial has the same order")
	}
}

func TestCeilings(t *testing.T) {
	for _, c := range []struct {
		server, load string
		want         []string // lowest first
	}{
		{"{name: thing, set: {workers: 4, fanout: sequential}}", "{closed: {connections: 100}}", []string{
			"workers: 4 workers / 350ms = 11.4 req/s",
			"connections: 100 connections / 350ms = 286 req/s",
			"client-pool: 8192 connections to the email provider / 200ms = 40960 req/s",
		}},
		{"{name: thing, set: {workers: 4, fanout: sequential}, processes: 3}", "5/s", []string{
			"rate: offered 5.0 req/s",
			"workers: 12 workers / 350ms = 34.3 req/s",
			"client-pool: 24576 connections to the email provider / 200ms = 122880 req/s",
		}},
		{"{name: thing, set: {workers: 400, max_conns: 10}}", "300/s", []string{
			"client-pool: 10 connections to the email provider / 200ms = 50.0 req/s",
			"rate: offered 300 req/s",
			"workers: 400 workers / 200ms = 2000 req/s",
		}},
		{"{name: free, set: {work: 10ms}}", "{closed: {connections: 100}}", []string{
			"cores: 1 core / 10ms of work = 100 req/s",
			"connections: 100 connections / (200ms + 10ms) = 476 req/s",
		}},
	} {
		sc := decode(t, base+"servers: ["+c.server+"]\nloads: {x: "+c.load+"}\n")
		p, err := Make(sc, servers(t), twoCores, 1)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, ceiling := range p.Cells[0].Ceilings {
			got = append(got, ceiling.Kind+": "+ceiling.Why)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s under %s:\n got %q\nwant %q", c.server, c.load, got, c.want)
		}
	}
}

// Concurrent calls take as long as the slowest; the mean of a maximum is more
// than the maximum of the means: two uniforms on [0, 1s] take 2/3 s.
func TestConcurrentPathIsTheMeanOfTheMaximum(t *testing.T) {
	sc := decode(t, `
name: test
title: For tests
providers: {email: {latency: {uniform: [0ms, 1s]}}, sms: {latency: {uniform: [0ms, 1s]}}}
servers: [free]
loads: {x: {closed: {connections: 100}}}
`)
	p, err := Make(sc, servers(t), twoCores, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Cells[0].Ceilings[0].Rate; got < 149.7 || got > 150.3 {
		t.Errorf("ceiling %v, want 100 / (2/3 s) = 150", got)
	}
}

func TestCores(t *testing.T) {
	for _, c := range []struct {
		isolation string
		cpus      int
		canPin    bool
		want      string
	}{
		{scenario.Pinned, 1, true, "shared [] []"},
		{scenario.Pinned, 2, true, "pinned [1] [0]"},
		{scenario.Pinned, 4, true, "pinned [1 2 3] [0]"},
		{scenario.Pinned, 6, true, "pinned [2 3 4 5] [0 1]"},
		{scenario.Pinned, 32, true, "pinned [4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31] [0 1 2 3]"},
		{scenario.Pinned, 4, false, "shared [] []"},
		{scenario.Shared, 4, true, "shared [] []"},
	} {
		m := Machine{CanPin: c.canPin}
		for i := range c.cpus {
			m.CPUs = append(m.CPUs, i)
		}
		got := assignCores(c.isolation, m)
		if s := fmt.Sprintf("%s %v %v", got.Isolation, got.Server, got.Load); s != c.want {
			t.Errorf("%+v: %s", c, s)
		}
		if c.isolation == scenario.Pinned && got.Isolation == scenario.Shared && got.Note == "" {
			t.Errorf("%+v: shared without a word", c)
		}
	}
}

// Threads of one physical core stay on one side; where there is only one, the plan says so.
func TestThreadsOfOneCore(t *testing.T) {
	m := Machine{CPUs: []int{0, 1, 2, 3}, CanPin: true, Siblings: map[int]string{0: "0,2", 2: "0,2", 1: "1,3", 3: "1,3"}}
	if got := assignCores(scenario.Pinned, m); fmt.Sprint(got.Load, got.Server) != "[0 2] [1 3]" || got.Note != "" {
		t.Errorf("two cores of two threads: %+v", got)
	}
	m = Machine{CPUs: []int{0, 1}, CanPin: true, Siblings: map[int]string{0: "0-1", 1: "0-1"}}
	if got := assignCores(scenario.Pinned, m); fmt.Sprint(got.Load, got.Server) != "[0] [1]" || got.Note == "" {
		t.Errorf("one core of two threads: %+v", got)
	}
}

func TestTooFewFiles(t *testing.T) {
	sc := decode(t, base+"servers: [free]\nloads: {x: 10/s}\nmax_in_flight: 100\n")
	small := twoCores
	small.Files = 256
	_, err := Make(sc, servers(t), small, 1)
	var files *FilesError
	if !errors.As(err, &files) || files.Need != 364 || files.Limit != 256 {
		t.Fatalf("got %v", err)
	}
	small.Files = 364
	if _, err := Make(sc, servers(t), small, 1); err != nil {
		t.Fatal(err)
	}
}

func TestPrint(t *testing.T) {
	sc := decode(t, base+"servers: [thing, free]\nloads: {x: 10/s}\ntrials: 2\n")
	p, err := Make(sc, servers(t), twoCores, 1)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := Print(&buf, p); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2 servers × 1 load × 2 trials = 4 cells", "server on cpu 1, generator and providers on cpu 0",
		"thing  x  offered 10.0 req/s; 4 workers / 200ms", "4  trial 2  x",
	} {
		if !strings.Contains(buf.String(), want) {
			t.Errorf("no %q in\n%s", want, buf.String())
		}
	}
	if d := Describe(p); len(d.Cells) != 4 || d.Cells[0].Ceilings[0].Kind != "rate" {
		t.Errorf("%+v", d)
	}
	p.Rows[0].Missing, p.Cores = "not installed: make thing", record.Cores{Note: "one core"}
	buf.Reset()
	if err := Print(&buf, p); err != nil || !strings.Contains(buf.String(), "not installed: make thing") ||
		!strings.Contains(buf.String(), "one core") {
		t.Errorf("%v\n%s", err, buf.String())
	}
}
