package plan

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/server"
)

// makeRows plans rows of the servers of these tests.
func makeRows(t fataler, rest string) (*Plan, error) {
	return Make(decode(t, base+"loads: {x: 10/s}\n"+rest+"\n"), servers(t), twoCores, 1)
}

const (
	sequential = "{name: thing, set: {workers: 4, fanout: sequential}}"
	concurrent = "{name: free}"
)

// An objective that no row can meet is refused where it stands, with the
// arithmetic of the row that comes nearest.
func TestObjectiveThatNoRowCanMeet(t *testing.T) {
	for _, c := range []struct{ name, rest, want string }{
		{"sequential calls alone", "servers: [" + sequential + "]\nslo: {p99: 300ms}",
			"test.yaml:8:6: slo p99 300ms: the providers alone take 350ms at p99 with sequential calls " +
				"(row thing fanout=sequential workers=4): write p99 ≥ 350ms, or faster providers"},
		{"both", "servers: [" + sequential + ", " + concurrent + "]\nslo: {p99: 150ms}",
			"test.yaml:8:6: slo p99 150ms: the providers alone take 200ms at p99 with concurrent calls " +
				"(row free): write p99 ≥ 200ms, or faster providers"},
		{"exactly", "servers: [" + sequential + "]\nslo: {p99: 350ms}", ""},
		{"the concurrent row can", "servers: [" + sequential + ", " + concurrent + "]\nslo: {p99: 300ms}", ""},
		{"judged by what holds before the timeline",
			"servers: [" + concurrent + "]\nslo: {p99: 200ms}\ntimeline: [{at: 1s, set: {providers.email.latency: 1s}}]", ""},
		{"judged so also where the timeline makes it faster",
			"servers: [" + concurrent + "]\nslo: {p99: 100ms}\ntimeline: [{at: 1s, set: {providers.email.latency: 1ms}}]",
			"the providers alone take 200ms at p99"},
	} {
		_, err := makeRows(t, c.rest)
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
}

// Nobody retries: each call that fails takes its request with it.
func TestErrorsThatNoRowCanMeet(t *testing.T) {
	src := strings.Replace(base, "{latency: 200ms}", "{latency: 200ms, error_rate: 10%}", 1)
	src = strings.Replace(src, "{latency: 150ms}", "{latency: 150ms, error_rate: 10%}", 1) +
		"servers: [" + concurrent + "]\nloads: {x: 10/s}\nslo: {p99: 1s, errors: "
	_, err := Make(decode(t, src+"18%}\n"), servers(t), twoCores, 1)
	want := "slo errors 18%: provider calls fail or time out in 19% of all requests (row free): write errors ≥ 19%, or lower error rates"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
	if _, err := Make(decode(t, src+"19%}\n"), servers(t), twoCores, 1); err != nil {
		t.Error(err)
	}
}

// One that retries fails only with the last attempt, and one that queues has
// answered before.
func TestRetriesAndQueuesCanMeetMore(t *testing.T) {
	src := strings.Replace(base, "{latency: 200ms}", "{latency: 200ms, error_rate: 10%}", 1) +
		"loads: {x: 10/s}\nslo: {p99: 1s, errors: 1%}\nservers: [{name: full, set: {"
	full, err := server.Decode("server.yaml", []byte("name: full\nsummary: s\nlanguage: go\nrun: x {port}\n"+
		"service: notification\nfanout: \"{fanout}\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for set, want := range map[string]bool{"": false, "attempts: 2": true, "mode: queued": true} {
		p, err := Make(decode(t, src+set+"}}]\n"), []server.Server{full}, twoCores, 1)
		if (err == nil) != want {
			t.Errorf("%q: %v", set, err)
		}
		if set == "mode: queued" && (len(p.Cells[0].Ceilings) != 1 || p.Cells[0].Ceilings[0].Kind != kindRate) {
			t.Errorf("what limits the calls limits the answers: %+v", p.Cells[0].Ceilings)
		}
	}
}

// A call that is cut at its timeout is an error, though a fast one.
func TestCallsThatTimeOutAreErrors(t *testing.T) {
	p := planOf(t, "{email: {latency: {uniform: [0ms, 1s]}}}", "call_timeout: 900ms", "loads: {x: 10/s}")
	if got := requestOf(p.Scenario, &p.Rows[0], p.Scenario.Providers).late; got < 0.099 || got > 0.101 {
		t.Errorf("%v of the requests time out, want a tenth", got)
	}
}

func TestPlanSaysWhichRowsCannotMeetTheObjective(t *testing.T) {
	p, err := makeRows(t, "servers: ["+sequential+", "+concurrent+"]\nslo: {p99: 300ms}")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Print(&b, p); err != nil {
		t.Fatal(err)
	}
	want := "cannot meet slo p99 300ms: the providers alone take 350ms at p99 with sequential calls\n"
	if strings.Count(b.String(), "cannot meet") != 1 || !strings.Contains(b.String(), want) {
		t.Errorf("%s", b.String())
	}
}

// An objective is refused exactly where it lies below the best row's own path.
func TestObjectiveAgainstThePath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.IntRange(1, 600).Draw(t, "p99")
		rows, best := "["+sequential+"]", 350
		if rapid.Bool().Draw(t, "a concurrent row") {
			rows, best = "["+sequential+", "+concurrent+"]", 200
		}
		_, err := makeRows(t, "servers: "+rows+"\nslo: {p99: "+fmt.Sprintf("%dms", ms)+"}")
		if refused := err != nil; refused != (ms < best) {
			t.Fatalf("%d ms against %d: %v", ms, best, err)
		}
	})
}
