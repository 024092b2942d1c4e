package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/notifybench/notifybench/internal/capacity"
)

const searching = `title: t
providers: {email: {latency: 20ms}}
servers: [goroutine, gin]
loads: {r: 10/s, max: {capacity: {from: 100/m, arrivals: poisson}}}
slo: {p99: 100ms}
`

func TestCapacityLoad(t *testing.T) {
	s, err := Decode("x.yaml", []byte(searching))
	if err != nil {
		t.Fatal(err)
	}
	want := capacity.Defaults()
	want.From, want.Arrivals = 100.0/60, capacity.Poisson
	if l := s.Loads[1]; l.Name != "max" || l.Shape != nil || *l.Search != want || l.Kind() != CapacityKind {
		t.Errorf("got %+v", l)
	}
	if s.Cells() != 2*6 || s.SearchLength() != 2*6*3*time.Minute {
		t.Errorf("%d cells, searches of %v", s.Cells(), s.SearchLength())
	}
	only, err := OnlySearches(s)
	if err != nil || len(only.Loads) != 1 || only.Loads[0].Name != "max" || len(s.Loads) != 2 {
		t.Errorf("%+v, %v", only, err)
	}
	short := Short(s)
	if total := short.Length() + short.SearchLength(); total > shortBudget || short.Trials != 1 {
		t.Errorf("short takes %v", total)
	}
	if s.Loads[1].Search.Budget != 3*time.Minute {
		t.Error("Short changed its argument")
	}
}

func TestScenarioWithoutASearchGetsOne(t *testing.T) {
	s, err := Decode("x.yaml", []byte(minimal+"slo: {p99: 300ms}\n"))
	if err != nil {
		t.Fatal(err)
	}
	only, err := OnlySearches(s)
	if err != nil || len(only.Loads) != 1 || *only.Loads[0].Search != capacity.Defaults() {
		t.Errorf("%+v, %v", only, err)
	}
	back, err := Decode("x.yaml", []byte(Text(only)))
	if err != nil || *back.Loads[0].Search != capacity.Defaults() {
		t.Errorf("%s reads as %+v, %v", Text(only), back, err)
	}
	s.SLO = nil
	if _, err := OnlySearches(s); err == nil || err.Error() != "x.yaml: a capacity search needs an slo to meet: add slo: {p99: 400ms}" {
		t.Error(err)
	}
}

func TestSearchesThatCannotBe(t *testing.T) {
	for _, c := range []struct{ load, rest, want string }{
		{"{capacity: {}}", "", "x.yaml:4:14: a capacity search needs an slo to meet: add slo: {p99: 400ms}"},
		{"{capacity: {}}", "slo: {p99: 2s}\n", "x.yaml:4:14: a drain of 1s cuts off requests that the slo of 2s allows: " +
			"write drain: 2s or more"},
		{"{capacity: {}}", "slo: {p99: 1s}\ntimeout: 500ms\n", "x.yaml:4:14: a timeout of 500ms cuts off"},
		{"{capacity: {}}", "slo: {p99: 1s}\ntimeline: [{at: 1s, set: {providers.email.latency: 1ms}}]\n",
			"x.yaml:4:14: a capacity search has no course that a timeline could change: remove"},
		{"{capacity: {from: 100/s, to: 101/s}}", "slo: {p99: 1s}\n", "x.yaml:4:25: a search from 100/s to 101/s " +
			"has no two rates to choose from: write a to of at least 1.1 × from"},
		{"{capacity: {from: 0/s}}", "slo: {p99: 1s}\n", "x.yaml:4:32: the rate sends nothing"},
		{"{capacity: {form: 1/s}}", "slo: {p99: 1s}\n", `x.yaml:4:26: unknown key "form": did you mean "from"?`},
		{"{capacity: {arrivals: even}}", "slo: {p99: 1s}\n", "x.yaml:4:36: unknown loads.max.capacity.arrivals \"even\": valid: uniform, poisson"},
		{"{capacity: {budget: 1s}}", "slo: {p99: 1s}\n", "write a duration from 10s to 1h0m0s"},
		{"{capacitee: {}}", "", `did you mean "capacity"?`},
	} {
		text := strings.Replace(minimal, "{r: 10/s}", "{max: "+c.load+"}", 1) + c.rest
		_, err := Decode("x.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s%s: %v\nwant %s", c.load, c.rest, err, c.want)
		}
	}
}
