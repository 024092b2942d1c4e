package plan

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/scenario"
	"github.com/notifybench/notifybench/internal/server"
)

// bounded plans a row of which a request makes so many calls at once, under one connection.
func bounded(t fataler, route string, devices int, latency string) *Plan {
	s, err := server.Decode("server.yaml", []byte(`
name: micro
summary: for tests
language: go
build: go build -o {bin} .
run: "{bin}"
fanout: concurrent
routes: {/x: `+route+`}
`))
	if err != nil {
		t.Fatalf("%v", err)
	}
	sc := decode(t, fmt.Sprintf("title: For tests\nrequest: {path: /x, channels: [push], devices: %d}\n"+
		"providers: {push: {latency: %s}}\nservers: [micro]\nloads: {c1: {closed: {connections: 1}}}\n", devices, latency))
	p, err := Make(sc, []server.Server{s}, twoCores, 1)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return p
}

// Whatever its bound, a fan-out takes no longer than one call after the other and no less
// than all at once; and no ceiling is below what rounds of constant calls allow.
func TestBoundedFanOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		devices := rapid.IntRange(1, 100).Draw(t, "devices")
		n := rapid.IntRange(2, 100).Draw(t, "at once")
		rate := func(route string) float64 { return find(t, bounded(t, route, devices, "50ms"), "connections").Rate }
		all, none := rate("{}"), rate("{fanout: sequential}")
		got := rate(fmt.Sprintf("{at_once: %d}", n))
		rounds := math.Ceil(float64(devices) / float64(n))
		const slack = 1 + 1e-9
		if got > all*slack || got < none/slack || got < 20/rounds/slack {
			t.Fatalf("%d calls, %d at once: %v req/s; all at once %v, one by one %v", devices, n, got, all, none)
		}
		if devices%n == 0 && math.Abs(got-20/rounds) > 1e-9 {
			t.Fatalf("%d rounds of 50 ms: %v req/s", int(rounds), got)
		}
	})
}

func TestBoundedFanOutInWords(t *testing.T) {
	for route, want := range map[string]string{
		"{at_once: 10}":  "1 connection / 500ms (100 calls, 10 at once) = 2.0 req/s",
		"{at_once: 100}": "1 connection / 50ms = 20.0 req/s",
		"{}":             "1 connection / 50ms = 20.0 req/s",
	} {
		p := bounded(t, route, 100, "50ms")
		if got := find(t, p, "connections").Why; got != want {
			t.Errorf("%s: %s, want %s", route, got, want)
		}
		files := map[string]uint64{"{at_once: 10}": 11}[route]
		if need, _ := p.FilesNeeded(); files > 0 && need != files+baseFiles {
			t.Errorf("%s: %d files", route, need)
		}
	}
}

// What the documents bound, the plan knows: ten rounds of 50 ms.
func TestBoundedIsKnown(t *testing.T) {
	found, err := server.Find([]string{"../../servers"})
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.ReadFile("../../scenarios/bounded.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Make(sc, found, twoCores, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Rows {
		want := 2.0
		if p.Rows[i].Path == "/gather" {
			want = 20
		}
		if c := p.ceilings[i*len(sc.Loads)][0]; c.Rate != want || c.Kind != "connections" {
			t.Errorf("%s: %+v", p.Rows[i].ID, c)
		}
	}
}
