package scenario

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifybench/notifybench/internal/record"
)

// claimed has a claim of every kind.
const claimed = `title: t
source: {document: asyncio-notification-service, section: Performance Results}
providers: {email: {latency: 200ms}}
servers: [{name: pool, label: pool 4, set: {workers: 4}}, goroutine, gin]
loads: {c8: {closed: {connections: 8}}, c16: {closed: {connections: 16}}, r: 10/s}
claims:
  - id: value
    stated: 187.23 req/s
    row: pool 4
    load: c8
    metric: achieved
    judge: {value: 187.23/s}
    instead: {load: c16}
    go: [goroutine, gin]
    expect: IMPOSSIBLE AS STATED
    because: 4 workers / 200ms = 20 req/s
    core: true
    solve: {set: workers, from: 1, to: 64}
  - {id: least, stated: s, row: gin, load: c8, metric: achieved, judge: {at_least: 90/m}, expect: REPRODUCED, solve: {connections: {from: 2, to: 400}}}
  - {id: most, stated: s, row: gin, load: r, metric: p50, judge: {at_most: 60.5ms}, expect: REPRODUCED}
  - {id: bytes, stated: s, row: gin, load: r, metric: peak_pss, judge: {value: 95MB, tolerance: 0}, expect: NOT REPRODUCED}
  - {id: share, stated: s, row: gin, load: r, metric: cpu, judge: {at_most: 144.7%}, expect: REPRODUCED}
  - {id: ratio, stated: s, row: gin, load: r, metric: cpu, judge: {ratio: 5.5, to: pool 4, tolerance: 20%}, expect: REPRODUCED, instead: [{to: goroutine}, {row: goroutine, load: c8}]}
  - {id: factor, stated: s, row: gin, load: c8, metric: achieved, judge: {factor: 2, to: pool 4}, expect: REPRODUCED}
  - {id: order, stated: s, load: c8, metric: achieved, judge: {order: [gin, pool 4]}, expect: REPRODUCED}
  - {id: growth, stated: s, row: gin, metric: p50, judge: {growth: linear, over: [c8, c16]}, expect: REPRODUCED}
  - {id: node, source: {document: "Should I Migrate to an Async Framework?"}, stated: s, unmeasured: no Node.js server, expect: NOT MEASURED, core: true}
`

func decodeClaimed(t testing.TB) *Scenario {
	t.Helper()
	s, err := Decode("x.yaml", []byte(claimed))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestClaims(t *testing.T) {
	s := decodeClaimed(t)
	value := s.Claims[0]
	want := record.Claim{ID: "value", Document: "asyncio-notification-service", Section: "Performance Results",
		Stated: "187.23 req/s", Point: record.Point{Row: "pool 4", Load: "c8"}, Metric: "achieved",
		Judge:   record.Judge{Kind: record.JudgeValue, Value: 187.23, Unit: record.UnitRate, Tolerance: 0.15},
		Instead: []record.Point{{Row: "pool 4", Load: "c16"}}, Go: []string{"goroutine", "gin"},
		Expect: record.Impossible, Because: "4 workers / 200ms = 20 req/s", Core: true,
		Solve: &record.Solve{Row: "pool 4", Set: "workers", Load: "c8", From: 1, To: 64}}
	if !reflect.DeepEqual(value.Claim, want) {
		t.Errorf("\n got %+v\nwant %+v", value.Claim, want)
	}
	if got, want := value.Pos["go[1]"], (Position{"x.yaml", 14, 21}); got != want {
		t.Errorf("go[1] is at %+v, want %+v", got, want)
	}
	for id, want := range map[string]record.Judge{
		"least":  {Kind: record.JudgeAtLeast, Value: 1.5, Unit: record.UnitRate},
		"most":   {Kind: record.JudgeAtMost, Value: 60.5e6, Unit: record.UnitDuration},
		"bytes":  {Kind: record.JudgeValue, Value: 95e6, Unit: record.UnitBytes},
		"share":  {Kind: record.JudgeAtMost, Value: 1.447, Unit: record.UnitShare},
		"ratio":  {Kind: record.JudgeRatio, Value: 5.5, Unit: record.UnitNumber, Tolerance: 0.2},
		"order":  {Kind: record.JudgeOrder, Order: []string{"gin", "pool 4"}},
		"growth": {Kind: record.JudgeGrowth, Over: []string{"c8", "c16"}, Tolerance: 0.15},
	} {
		i := slices.IndexFunc(s.Claims, func(c Claim) bool { return c.ID == id })
		if got := s.Claims[i].Judge; !reflect.DeepEqual(got, want) && math.Abs(got.Value/want.Value-1) > 1e-12 {
			t.Errorf("%s: got %+v, want %+v", id, got, want)
		}
	}
	if ratio := s.Claims[5]; ratio.To != "pool 4" || ratio.Instead[0] != (record.Point{Row: "gin", Load: "r", To: "goroutine"}) {
		t.Errorf("got %+v", ratio)
	}
	if growth := s.Claims[8]; growth.Load != "c8" || s.Claims[7].Row != "gin" {
		t.Errorf("got %+v", growth)
	}
}

func TestClaimsRoundTripThroughText(t *testing.T) {
	s := decodeClaimed(t)
	for _, s := range []*Scenario{s, Short(s), Only(s, []string{"gin", "pool 4"}, []string{"c8", "r"})} {
		back, err := Decode("x.yaml", []byte(Text(s)))
		if err != nil {
			t.Fatalf("%v\n%s", err, Text(s))
		}
		if !reflect.DeepEqual(withoutPlaces(back).Claims, withoutPlaces(s).Claims) {
			t.Errorf("read back as %+v\nwant %+v", withoutPlaces(back).Claims, withoutPlaces(s).Claims)
		}
	}
}

func TestValuesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := fmt.Sprint(rapid.Float64Range(0, 1e6).Draw(t, "v")) +
			rapid.SampledFrom([]string{"", "/s", "/m", "ms", "%", "s"}).Draw(t, "unit")
		v, unit, ok := parseValue(text)
		if !ok {
			t.Skip("below what the unit can say")
		}
		again, sameUnit, ok := parseValue(valueText(record.Judge{Value: v, Unit: unit}))
		if !ok || again != v || sameUnit != unit {
			t.Fatalf("%s is %v %s, written %s", text, v, unit, valueText(record.Judge{Value: v, Unit: unit}))
		}
	})
}

// A claim says what is read out of a measurement, not what is measured.
func TestClaimsAreNoPartOfTheHash(t *testing.T) {
	s := decodeClaimed(t)
	bare := *s
	bare.Claims = nil
	if Measured(s) != Measured(&bare) || !strings.Contains(Text(s), "claims:") {
		t.Error("claims change what is measured")
	}
}

func TestForClaimsKeepsWhatTheyNeedAndShow(t *testing.T) {
	s := decodeClaimed(t)
	core := ForClaims(s, func(c *record.Claim) bool { return c.Core })
	if got := core.rowLabels(); !slices.Equal(got, []string{"pool 4", "goroutine", "gin"}) {
		t.Errorf("rows %v", got)
	}
	if got := core.loadNames(); !slices.Equal(got, []string{"c8", "c16"}) {
		t.Errorf("loads %v", got)
	}
	if len(core.Claims) != 2 || len(s.Claims) != 10 {
		t.Errorf("%d of %d claims", len(core.Claims), len(s.Claims))
	}
	if ForClaims(s, func(*record.Claim) bool { return false }) != nil {
		t.Error("a scenario for no claim")
	}
	unmeasured := ForClaims(s, func(c *record.Claim) bool { return c.Unmeasured != "" })
	if len(unmeasured.Servers) != 0 || len(unmeasured.Claims) != 1 {
		t.Errorf("got %+v", unmeasured)
	}
}

// Whatever is left of rows and loads, the claims that are left do not need more.
func TestOnlyLeavesAConsistentScenario(t *testing.T) {
	s := decodeClaimed(t)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfNDistinct(rapid.SampledFrom(s.rowLabels()), 1, 3, rapid.ID).Draw(t, "rows")
		loads := rapid.SliceOfNDistinct(rapid.SampledFrom(s.loadNames()), 1, 3, rapid.ID).Draw(t, "loads")
		only := Only(s, rows, loads)
		if len(only.Servers) != len(rows) || len(only.Loads) != len(loads) {
			t.Fatalf("%v under %v of %v under %v", only.rowLabels(), only.loadNames(), rows, loads)
		}
		back, err := Decode("x.yaml", []byte(Text(only)))
		if err != nil || Text(back) != Text(only) {
			t.Fatalf("%v\n%s", err, Text(only))
		}
	})
}

func TestWithinKeepsTheBudget(t *testing.T) {
	s := decodeClaimed(t)
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0.05, 2).Draw(t, "share")
		whole := s.ShortLength()
		budget := scale(whole, share)
		if got := Within(s, budget).Length(); got > budget {
			t.Fatalf("%v within %v", got, budget)
		}
	})
}

// An order has two rows or more and growth two loads or more, each once: package claim
// relies on it.
func TestListsOfClaims(t *testing.T) {
	const order, over = "order: [gin, pool 4]", "growth: linear, over: [c8, c16]"
	for _, c := range []struct{ was, is, want string }{
		{order, "order: [gin]", "an order has at least two rows: write [a row, another]"},
		{order, "order: []", "an order has at least two rows: write [a row, another]"},
		{order, "order: [gin, gin]", "gin is repeated: name each once"},
		{order, "order: gin", "claims[7].judge.order is a single value, not a list: write a list of rows"},
		{order, "order:", "claims[7].judge.order has no value: write a list of rows"},
		{over, "growth: linear, over: [c8]", "growth is over at least two loads: write [c8, c16]"},
		{over, "growth: linear, over: []", "growth is over at least two loads: write [c8, c16]"},
		{over, "growth: linear, over: [c8, c8]", "c8 is repeated: name each once"},
		{over, "growth: linear, over: c8", "claims[8].judge.over is a single value, not a list: write a list of loads"},
		{over, "growth: linear", "missing key claims[8].judge.over: add over: [c8, c16]"},
	} {
		_, err := Decode("x.yaml", []byte(strings.Replace(claimed, c.was, c.is, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.is, err, c.want)
		}
	}
}
